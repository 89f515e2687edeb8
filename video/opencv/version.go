package opencv

import "gocv.io/x/gocv"

// Version returns the version of the OpenCV that runs.
func Version() string { return gocv.OpenCVVersion() }
