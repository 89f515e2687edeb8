package report

import (
	"encoding/json"
	"io"

	_ "embed"
)

// FileSchemaName names the form of a line of JSONL, by the rules of SchemaName.
const FileSchemaName = "deepcheck/file/1"

//go:embed file.schema.json
var fileSchema string

// FileSchema returns the JSON Schema (draft 2020-12) of a line that JSONL
// writes. It refers to that of Schema by its $id.
func FileSchema() []byte { return []byte(fileSchema) }

// A jsonLine is one file with what makes it stand alone.
type jsonLine struct {
	jsonHeader
	jsonFile
}

// JSONL writes one JSON object a line, each a file that stands alone:
// FileSchema describes it. A run without files is an empty text.
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
