package report

import (
	"encoding/json"
	"io"
)

// FileSchemaName identifies the schema of a line of JSONL, with versions as in [SchemaName].
const FileSchemaName = "deepcheck/file/1"

// A jsonLine is one file together with the record of the run.
type jsonLine struct {
	jsonHeader
	jsonFile
}

// JSONL writes one self-contained JSON object per file, one per line; see [FileSchema]. A run
// without files gives no output.
func JSONL(w io.Writer, r *Run) error {
	header, sentences := r.jsonHeader(FileSchemaName), english()
	enc := json.NewEncoder(w)
	for i := range r.Files {
		if err := enc.Encode(&jsonLine{header, fileJSON(&r.Files[i], sentences)}); err != nil {
			return err
		}
	}
	return nil
}
