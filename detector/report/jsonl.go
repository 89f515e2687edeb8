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
	Schema  string            `json:"schema"`
	Tool    jsonTool          `json:"tool"`
	Weights jsonWeights       `json:"weights"`
	Options map[string]string `json:"options"`
	Started *string           `json:"started_utc"`
	jsonFile
}

// JSONL writes one JSON object a line, each a file that stands alone:
// FileSchema describes it. A run without files is an empty text.
func JSONL(w io.Writer, r *Run) error {
	run := r.json(false)
	enc := json.NewEncoder(w)
	for i := range run.Files {
		if err := enc.Encode(&jsonLine{FileSchemaName, run.Tool, run.Weights, run.Options, run.Started, run.Files[i]}); err != nil {
			return err
		}
	}
	return nil
}
