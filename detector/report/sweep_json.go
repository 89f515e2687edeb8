package report

import (
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// OverviewSchemaName identifies the schema of the JSON in an overview, with versions as in
// [SchemaName].
const OverviewSchemaName = "deepcheck/overview/1"

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

// overviewJSON returns the JSON of an overview, with one entry per file in the order of the run.
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
