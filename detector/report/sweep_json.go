package report

import (
	_ "embed"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// OverviewSchemaName is the schema of what an overview carries; its version
// changes with every change that a reader must know of.
const OverviewSchemaName = "deepcheck/overview/1"

//go:embed overview.schema.json
var overviewSchema string

// OverviewSchema returns the JSON Schema (draft 2020-12) of what an overview
// carries for verify and for other programs. It refers to that of Schema by its
// $id.
func OverviewSchema() []byte { return []byte(overviewSchema) }

type (
	jsonOverview struct {
		jsonHeader
		Command *string           `json:"command"`
		Machine *string           `json:"machine"`
		Files   []jsonOverviewRow `json:"files"`
	}
	jsonOverviewRow struct {
		Path    string          `json:"path"`
		SHA256  *string         `json:"sha256"`
		Verdict verdict.Verdict `json:"verdict"`
		Band    *verdict.Band   `json:"band"`
	}
)

// overviewJSON returns the run with a line a file, in the order of the run.
func (r *Run) overviewJSON() *jsonOverview {
	out := &jsonOverview{r.jsonHeader(OverviewSchemaName), orNull(r.Command), orNull(r.Machine), make([]jsonOverviewRow, len(r.Files))}
	for i := range r.Files {
		f := &r.Files[i]
		row := jsonOverviewRow{Path: f.Path, SHA256: orNull(f.resultOrEmpty().SHA256), Verdict: f.verdict()}
		if !f.failed() {
			row.Band = orNull(f.Result.Band)
		}
		out.Files[i] = row
	}
	return out
}
