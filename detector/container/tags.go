package container

import "time"

// AddTags adds the facts that ffprobe reports. file are its tags of the whole file, streams those
// of the streams; their names are in lower case. The facts depend on Kind:
//
//	ISO       Brand, Brands, Created, Writer, Encoders, Handlers
//	Matroska  Created, Encoders, Handlers
//	RIFF      Created, Writer
func (f *Facts) AddTags(file map[string]string, streams []map[string]string) {
	// A tag may be a copy from another container: a Matroska file made from an ISO file still
	// has the tag major_brand.
	switch f.Kind {
	case ISO:
		f.Brand, f.Brands = text(file["major_brand"]), brands(file["compatible_brands"])
		f.Writer = text(file["encoder"])
	case RIFF:
		f.Writer = text(file["software"]) // AVI
		if f.Writer == "" {
			f.Writer = text(file["encoder"]) // WAV
		}
	case Matroska: // the tag encoder is the multiplexing library, not the writing program
	default:
		return
	}
	f.Created = date(file["creation_time"])
	marks := f.Encoders // after the names in the tags
	f.Encoders = nil
	for _, s := range streams {
		f.Encoders = with(f.Encoders, text(s["encoder"]))
		if f.Kind == Matroska {
			f.Handlers = with(f.Handlers, text(s["title"])) // name of the track
		}
		f.Handlers = with(f.Handlers, text(s["handler_name"]))
	}
	for _, name := range marks {
		f.Encoders = with(f.Encoders, name)
	}
}

// date converts an RFC 3339 time to UTC in whole seconds. It returns an empty string for others,
// such as those of AVI, which have no time zone, and for years of more than four digits.
func date(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if t = t.UTC(); err != nil || t.Year() < 0 || t.Year() > 9999 {
		return ""
	}
	return t.Format(time.RFC3339)
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
