// Package opencv turns a video.Picture into video.Face, video.Mesh and video.Crop: it finds
// faces, fits face meshes and cuts out mouth crops.
//
// It is the only package that imports gocv. No gocv.Mat leaves the package, and the function
// that makes a Mat also closes it.
//
// # Pictures
//
// A picture is planar YUV 4:2:0. Only the part that a network needs is cut out of the three
// planes, at the size of the network's input (Y at full size, U and V at half size), and
// converted to RGB (BT.601, limited range).
//
// # Coordinates
//
// Points are in pixels. The centre of the first pixel is (0.5, 0.5), in pictures, network
// inputs and crops. In OpenCV the centre is (0, 0); the warps account for the difference.
//
// # Threads
//
// [New] limits OpenCV to one thread in the whole process; callers run one Finder per core. A
// Finder is not safe for concurrent use.
package opencv
