package report

import _ "embed"

//go:embed scan.schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the JSON report.
func Schema() []byte { return []byte(schema) }

//go:embed file.schema.json
var fileSchema string

// FileSchema returns the JSON Schema (draft 2020-12) of a line of JSONL. It refers to the schema
// of [Schema] by $id.
func FileSchema() []byte { return []byte(fileSchema) }

//go:embed overview.schema.json
var overviewSchema string

// OverviewSchema returns the JSON Schema (draft 2020-12) of the JSON that an overview holds for
// deepcheck verify and other programs. It refers to the schema of [Schema] by $id.
func OverviewSchema() []byte { return []byte(overviewSchema) }
