package video

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// hashPiece is how many bytes are hashed between two checks of ctx: small enough to stop within a
// fraction of a second, large enough that the checks cost nothing.
const hashPiece = 1 << 24

// HashFile returns the SHA-256, in lower-case hexadecimal, and the size in bytes of a regular
// file. Errors are those of [OpenFile] and [Hash].
func HashFile(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := OpenFile(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	return Hash(ctx, f)
}

// Hash returns the SHA-256, in lower-case hexadecimal, and the number of the bytes of f from its
// present position to its end. It does not close f. Errors are that of ctx, and those of reading,
// which name the file.
func Hash(ctx context.Context, f *os.File) (sum string, size int64, err error) {
	h := sha256.New()
	for {
		n, err := io.CopyN(h, f, hashPiece)
		size += n
		switch {
		case err == io.EOF:
			return hex.EncodeToString(h.Sum(nil)), size, nil
		case err != nil:
			return "", 0, fmt.Errorf("reading %q: %w", f.Name(), WithoutPath(err))
		case ctx.Err() != nil:
			return "", 0, ctx.Err()
		}
	}
}
