package ui

import "github.com/deepcheck/deepcheck/detector/report/phrase"

// words holds every text of the page and of the server's answers except errors and warnings,
// which are shown unchanged. A translation is another value of this type. Package report has
// the words for a file's verdict and its reasons.
type words struct {
	Lang  string
	Title string
	Ask   string // the question that deepcheck answers
	Local string

	// Taking in files.
	DropTitle, Drop, PickFiles, PickFolder string
	CopyAsk, CopyNote                      string
	StopCopying                            string

	// The queue.
	FilesTitle, Order, AsAdded, WorstFirst string
	CancelAll, Clear, Overview             string
	None                                   string

	// Past scans.
	PastTitle, PastFind, ForgetAll, PastNote string

	// The report.
	ReportTitle, Close, NewTab, SaveAs string
	Welcome                            []string
	VerdictsTitle                      string
	Verdicts                           []verdictMeans
	Save                               []saveForm

	// The server.
	Quit, Ended, Lost string

	Refusal refusalWords
	Copy    copyWords

	Script scriptWords
}

type verdictMeans struct{ Kind, Name, Means string }

// A saveForm is a report format and its name on the page. Of says which reports have the
// format: any, all (the report on all files), one (on one file) or marks (on one file with
// suspect segments).
type saveForm struct{ Form, Name, Of string }

// refusalWords say why the server does not answer a request.
type refusalWords struct {
	Refused   phrase.With1[string] // one of the others
	OtherHost phrase.With1[string] // host and port of the page
	OtherPage string
	NoOrigin  string
	NoCookie  string
	UsedLink  string
}

// copyWords are about the copy of a file that comes through the browser.
type copyWords struct {
	Failed   phrase.With2[string, string] // file, cause
	NoSpace  phrase.With2[string, string] // file, folder
	Canceled phrase.With1[string]         // file
	Unnamed  string                       // name of a file that has none
}

// scriptWords are the words that page.js fills in. Its function fill knows %s and %% only.
type scriptWords struct {
	Title       string                       `json:"title"`
	Busy        phrase.With1[string]         `json:"busy"` // title during scans, takes Percent
	Percent     phrase.With1[string]         `json:"percent"`
	Seconds     phrase.With1[string]         `json:"seconds"`
	Receiving   phrase.With1[string]         `json:"receiving"` // Percent
	Waiting     string                       `json:"waiting"`
	Scanning    phrase.With1[string]         `json:"scanning"`    // Percent
	ScanningFor phrase.With1[string]         `json:"scanningFor"` // Seconds
	Canceled    string                       `json:"canceled"`
	Past        phrase.With1[string]         `json:"past"`      // time
	Summary     phrase.With2[string, string] `json:"summary"`   // files done, all files
	SummaryOf   phrase.With2[string, string] `json:"summaryOf"` // Summary, several CountOf
	CountOf     phrase.With2[string, string] `json:"countOf"`   // number, one of Counts
	Counts      map[string]string            `json:"counts"`    // by kind
	Failed      phrase.With1[string]         `json:"failed"`    // error
	Pending     phrase.With1[string]         `json:"pending"`   // number
	NoVideos    string                       `json:"noVideos"`
	PastMore    phrase.With2[string, string] `json:"pastMore"` // number shown, number found
	PastNone    string                       `json:"pastNone"`
	PastOther   phrase.With1[string]         `json:"pastOther"` // tool
	PastCount   phrase.With1[string]         `json:"pastCount"` // number
	NotKept     phrase.With1[string]         `json:"notKept"`   // error
	Open        phrase.With1[string]         `json:"open"`      // file
	Cancel      string                       `json:"cancel"`
	Again       string                       `json:"again"`
	Remove      string                       `json:"remove"`
	CancelOf    phrase.With1[string]         `json:"cancelOf"` // file
	AgainOf     phrase.With1[string]         `json:"againOf"`  // file
	RemoveOf    phrase.With1[string]         `json:"removeOf"` // file
	Forget      string                       `json:"forget"`
	ForgetOf    phrase.With1[string]         `json:"forgetOf"` // file
	ForgetSure  string                       `json:"forgetSure"`
	QuitSure    string                       `json:"quitSure"`
	Overview    string                       `json:"overview"`
	Report      phrase.With1[string]         `json:"report"` // file
	Videos      []string                     `json:"videos"` // file name endings of videos
}

// english returns the English texts. videos are the file name endings of videos.
func english(videos []string) *words {
	w := &words{
		Lang:  "en",
		Title: "deepcheck",
		Ask:   "Does this voice come from this mouth?",
		Local: "Everything stays on this machine: nothing is uploaded, and the page asks the net for nothing.",

		DropTitle:   "Choose videos",
		Drop:        "Drop videos or folders here, or",
		PickFiles:   "Choose files",
		PickFolder:  "Choose a folder",
		CopyAsk:     "Where do they go?",
		CopyNote:    "A browser hands over the contents of a file, not its place: they are copied to a private folder of this machine and deleted when deepcheck ends. “deepcheck ui FOLDER” in a terminal scans large folders without copying.",
		StopCopying: "Stop copying",

		FilesTitle: "Files",
		Order:      "Order",
		AsAdded:    "as added",
		WorstFirst: "worst first",
		CancelAll:  "Cancel all",
		Clear:      "Clear finished",
		Overview:   "Overview",
		None:       "No files yet.",

		PastTitle: "Past scans",
		PastFind:  "Name, or SHA-256 of the file",
		ForgetAll: "Forget all",
		PastNote:  "Kept on this machine until you forget them. A file with the same contents is found again, under whatever name, and not scanned twice by the same version with the same weights. The video itself is not kept; mouths of its suspect seconds are, as in the report.",

		ReportTitle: "Report",
		Close:       "Close",
		NewTab:      "Open in a new tab",
		SaveAs:      "Save as",
		Welcome: []string{
			"deepcheck compares lips and voice, frame by frame, and shows where they do not match.",
			"A suspect voice can be a forgery, a dub or a voice-over: this method cannot tell which. It does not see a face that was swapped while the true voice stayed.",
		},
		VerdictsTitle: "What the verdicts mean",
		Verdicts: []verdictMeans{
			{"consistent", "consistent", "The voice fits a mouth in the picture. That is no proof that the video is genuine."},
			{"strong", "suspect", "The voice does not fit, in the whole clip or in a part: weak, moderate or strong says how much larger the mismatch is than usual in genuine video."},
			{"inconclusive", "inconclusive", "Not enough to judge, for example no face or no speech. It says nothing against the video."},
			{"error", "error", "The file could not be read."},
		},
		Save: []saveForm{
			{"html", "HTML, to lie beside the video", "one"},
			{"embedded", "HTML with the video in it", "one"},
			{"html", "HTML", "all"},
			{"pdf", "PDF", "any"},
			{"json", "JSON", "any"},
			{"csv", "CSV, a row a frame", "any"},
			{"summary", "CSV, a row a file", "all"},
			{"text", "Text", "any"},
			{"edl", "EDL markers", "marks"},
			{"srt", "SRT markers", "marks"},
			{"otio", "OTIO markers", "marks"},
		},

		Quit:  "Quit",
		Ended: "deepcheck has ended. This page can be closed.",
		Lost:  "deepcheck does not answer. If it has ended, start deepcheck ui again; otherwise this page resumes automatically.",
	}
	w.Refusal = refusalWords{
		Refused:   "refused: %s",
		OtherHost: "this page is at http://%s only",
		OtherPage: "the request comes from another page",
		NoOrigin:  "the request does not say from which page it comes",
		NoCookie:  "open the link that deepcheck ui has printed",
		UsedLink:  "this link is not good, or was used before: each lets one browser in, once. Start deepcheck ui again for a new one",
	}
	w.Copy = copyWords{
		Failed:   "copying %q: %v",
		NoSpace:  "copying %q: no space left in %s",
		Canceled: "copying %q: canceled",
		Unnamed:  "unnamed",
	}
	w.Script = scriptWords{
		Title:       w.Title,
		Busy:        "%s deepcheck",
		Percent:     "%s %%",
		Seconds:     "%s s",
		Receiving:   "copying, %s",
		Waiting:     "waiting",
		Scanning:    "scanning, %s",
		ScanningFor: "scanning, %s of the video",
		Canceled:    "canceled",
		Past:        "scanned before, %s",
		Summary:     "%s of %s done",
		SummaryOf:   "%s: %s",
		CountOf:     "%s %s",
		Counts: map[string]string{
			"strong": "suspect, strong", "moderate": "suspect, moderate", "weak": "suspect, weak",
			"error": "error", "inconclusive": "inconclusive", "consistent": "consistent",
		},
		Failed:     "That did not work: %s",
		Pending:    "%s more to copy.",
		NoVideos:   "No video files in there.",
		PastMore:   "%s of %s shown: type more of the name.",
		PastNone:   "No past scan of that name or SHA-256.",
		PastOther:  "by %s or with other weights",
		PastCount:  "Past scans (%s)",
		NotKept:    "The last scan could not be kept: %s",
		Open:       "Open the report on %s",
		Cancel:     "Cancel",
		Again:      "Scan again",
		Remove:     "Remove",
		CancelOf:   "Cancel %s",
		AgainOf:    "Scan %s again",
		RemoveOf:   "Remove %s from the list",
		Forget:     "Forget",
		ForgetOf:   "Forget the scan of %s",
		ForgetSure: "Forget all past scans? Their reports cannot be made again without scanning.",
		QuitSure:   "Scans are under way. Quit all the same?",
		Overview:   "Overview of all files",
		Report:     "Report on %s",
		Videos:     videos,
	}
	return w
}
