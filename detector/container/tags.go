package container

import (
	"time"
)

// AddTags adds the facts that ffprobe knows: file are the tags of the container, streams those of
// its streams, both with ffmpeg's names in lower case. RIFF, ISO and Matroska have different tags;
// other kinds of file add nothing.
//
//	ISO       Brand, Brands, Created, Writer, Encoders, Handlers
//	Matroska  Created, Encoders, Handlers; ffprobe does not know Writer
//	RIFF      Writer
func (f *Facts) AddTags(file map[string]string, streams []map[string]string) {
	// Tags copied from another kind of container are no facts about this one, such as the
	// brands in a Matroska file that was made from an ISO file.
	switch f.Kind {
	case ISO:
		f.Brand, f.Brands = text(file["major_brand"]), brands(file["compatible_brands"])
		f.Writer = text(file["encoder"])
	case RIFF:
		f.Writer = text(file["software"]) // AVI
		if f.Writer == "" {
			f.Writer = text(file["encoder"]) // WAV
		}
	case Matroska:
	default:
		return
	}
	// RFC 3339 requires a time zone; without one the date is of unknown meaning.
	if t, err := time.Parse(time.RFC3339, file["creation_time"]); err == nil {
		f.Created = t.UTC().Format(time.RFC3339)
	}
	for _, s := range streams {
		f.Encoders = with(f.Encoders, text(s["encoder"]))
		if f.Kind == Matroska {
			f.Handlers = with(f.Handlers, text(s["title"])) // name of the track
		}
		f.Handlers = with(f.Handlers, text(s["handler_name"]))
	}
}

// brands splits ffprobe's list of compatible brands, four characters each.
func brands(list string) (out []string) {
	chars := []rune(list)
	for i := 0; i+4 <= len(chars) && len(out) < mostMarks; i += 4 {
		if b := text(string(chars[i : i+4])); b != "" {
			out = append(out, b)
		}
	}
	return out
}
