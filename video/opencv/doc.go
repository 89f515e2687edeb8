// Package opencv finds faces, face meshes and mouth crops in pictures: it turns
// a video.Picture into video.Face, video.Mesh and video.Crop.
//
// It is the only package that imports gocv. No gocv.Mat leaves it, and every
// one is closed in the function that made it.
//
// # Pictures
//
// A picture is planar YUV 4:2:0 and is never converted whole. What a network
// needs is cut out of the three planes at the network's own size (Y at full, U
// and V at half size), and only that becomes RGB (BT.601, limited range).
//
// # Coordinates
//
// Points are in pixels, with the centre of the first pixel at (0.5, 0.5), in the
// picture, in the networks' inputs and in crops alike. OpenCV puts that centre
// at (0, 0); warps make up for it.
//
// # Threads
//
// [New] sets OpenCV to one thread for the whole process: callers run one Finder
// a core. A Finder is for one goroutine at a time.
package opencv
