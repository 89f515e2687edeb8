package ui

// words holds every sentence and label of the page, so that a translation is one
// more value of this type. What a file's verdict is called and why comes from
// package report.
type words struct {
	Lang  string
	Title string
	Ask   string // the one question
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

	Script scriptWords
}

type verdictMeans struct{ Kind, Name, Means string }

// A saveForm is a form of a report and what people call it. Of says for what it
// can be had: all, one (a file) or marks (a file with suspect segments).
type saveForm struct{ Form, Name, Of string }

// scriptWords are those that the page's script puts in.
type scriptWords struct {
	Receiving   string            `json:"receiving"` // takes percent
	Waiting     string            `json:"waiting"`
	Scanning    string            `json:"scanning"` // takes percent
	ScanningFor string            `json:"scanningFor"`
	Canceled    string            `json:"canceled"`
	Past        string            `json:"past"`    // takes a time
	Summary     string            `json:"summary"` // takes done and all
	Counts      map[string]string `json:"counts"`  // by kind
	AllDone     string            `json:"allDone"`
	Failed      string            `json:"failed"`  // takes what
	Pending     string            `json:"pending"` // takes a number
	NoVideos    string            `json:"noVideos"`
	Leave       string            `json:"leave"`
	PastMore    string            `json:"pastMore"`
	PastNone    string            `json:"pastNone"`
	PastOther   string            `json:"pastOther"` // takes a tool
	PastCount   string            `json:"pastCount"` // takes a number
	NotKept     string            `json:"notKept"`   // takes why
	Open        string            `json:"open"`
	Cancel      string            `json:"cancel"`
	Again       string            `json:"again"`
	Remove      string            `json:"remove"`
	CancelOf    string            `json:"cancelOf"` // take a name
	AgainOf     string            `json:"againOf"`
	RemoveOf    string            `json:"removeOf"`
	Forget      string            `json:"forget"`
	ForgetOf    string            `json:"forgetOf"`
	ForgetSure  string            `json:"forgetSure"`
	QuitSure    string            `json:"quitSure"`
	Overview    string            `json:"overview"`
	Report      string            `json:"report"`   // takes a name
	NoReport    string            `json:"noReport"` // takes a name
	Videos      []string          `json:"videos"`   // endings of file names taken from folders
}

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
			"deepcheck compares lips and voice, frame by frame, and tells where they part.",
			"A suspect voice can be a forgery, a dub or a voice-over: this method cannot tell which. It does not see a face that was swapped while the true voice stayed.",
		},
		VerdictsTitle: "What the verdicts mean",
		Verdicts: []verdictMeans{
			{"consistent", "consistent", "The voice fits a mouth in the picture. That is no proof that the video is genuine."},
			{"strong", "suspect", "The voice does not fit, in the whole clip or for a stretch: weak, moderate or strong says how far the numbers are from those of honest video."},
			{"inconclusive", "inconclusive", "There is too little to tell by, such as no face or no speech. It says nothing against the video."},
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
		Lost:  "deepcheck does not answer. If it was ended, start deepcheck ui again; else this page goes on by itself.",
	}
	w.Script = scriptWords{
		Receiving:   "copying, %s",
		Waiting:     "waiting",
		Scanning:    "scanning, %s",
		ScanningFor: "scanning, %s of the video",
		Canceled:    "canceled",
		Past:        "scanned before, %s",
		Summary:     "%s of %s done",
		Counts: map[string]string{
			"strong": "suspect, strong", "moderate": "suspect, moderate", "weak": "suspect, weak",
			"error": "error", "inconclusive": "inconclusive", "consistent": "consistent",
		},
		AllDone:    "All files are done.",
		Failed:     "That did not work: %s",
		Pending:    "%s more to copy.",
		NoVideos:   "No video files in there.",
		Leave:      "Files are still being copied.",
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
		NoReport:   "%s could not be judged",
		Videos:     videos,
	}
	return w
}
