package opencv

import "gocv.io/x/gocv"

// Version returns the version of OpenCV that the program was compiled against.
func Version() string { return gocv.OpenCVVersion() }
