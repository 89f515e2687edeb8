//go:build cudnn

package network

/*
#cgo CFLAGS: -I/usr/local/cuda/include
#cgo LDFLAGS: -L/usr/local/cuda/lib64 -lcudnn -lcudart
#include <cuda_runtime_api.h>
#include <cudnn.h>

#if CUDNN_MAJOR < 8 // no TF32, hence no math type that excludes it
#define CUDNN_FMA_MATH CUDNN_DEFAULT_MATH
#endif
*/
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"unsafe"
)

// Device names the hardware or library that runs the convolutions.
const Device = "cudnn"

// workspaceLimit is the largest workspace of an algorithm, in bytes.
const workspaceLimit = 1 << 30

// A gpu is the first CUDA device and buffers on it, which grow as needed. The mutex admits one
// computation at a time.
type gpu struct {
	sync.Mutex
	handle C.cudnnHandle_t
	memory [5]buffer
	relu   C.cudnnActivationDescriptor_t
}

// Indices of a gpu's buffers: the inputs, the result and cuDNN's workspace.
const (
	first = iota
	second
	third
	result
	work
)

type buffer struct {
	at   unsafe.Pointer
	size int // bytes
}

var device gpu

// ready opens the device on the first call. It returns the error of that call, if any, on
// every call.
var ready = sync.OnceValue(device.open)

func (g *gpu) open() error {
	var n C.int
	if err := cudaError("looking for a CUDA device", C.cudaGetDeviceCount(&n)); err != nil {
		return err
	}
	if n == 0 {
		return errors.New("built with the tag cudnn, but there is no CUDA device")
	}
	if err := cudnnError("starting cuDNN", C.cudnnCreate(&g.handle)); err != nil {
		return err
	}
	if err := cudnnError("starting cuDNN", C.cudnnCreateActivationDescriptor(&g.relu)); err != nil {
		return err
	}
	return cudnnError("starting cuDNN", C.cudnnSetActivationDescriptor(g.relu, C.CUDNN_ACTIVATION_RELU, C.CUDNN_NOT_PROPAGATE_NAN, 0))
}

// room grows buffer i to at least n bytes, which discards its content, and returns its address.
func (g *gpu) room(i, n int) (unsafe.Pointer, error) {
	b := &g.memory[i]
	if b.size >= n {
		return b.at, nil
	}
	C.cudaFree(b.at)
	*b = buffer{}
	if err := cudaError(fmt.Sprintf("allocating %d MB on the CUDA device", n>>20), C.cudaMalloc(&b.at, C.size_t(n))); err != nil {
		return nil, err
	}
	b.size = n
	return b.at, nil
}

// put copies data to buffer i and returns its address.
func (g *gpu) put(i int, data []float32) (unsafe.Pointer, error) {
	at, err := g.room(i, 4*len(data))
	if err != nil {
		return nil, err
	}
	return at, cudaError("copying to the CUDA device",
		C.cudaMemcpy(at, unsafe.Pointer(unsafe.SliceData(data)), C.size_t(4*len(data)), C.cudaMemcpyHostToDevice))
}

// get waits for the computations that write to buffer i and copies it to data.
func (g *gpu) get(data []float32, i int) error {
	return cudaError("copying from the CUDA device",
		C.cudaMemcpy(unsafe.Pointer(unsafe.SliceData(data)), g.memory[i].at, C.size_t(4*len(data)), C.cudaMemcpyDeviceToHost))
}

// passes are the three computations of a conv: forward and the gradients with respect to
// input and weight. They use single precision (no TF32) and deterministic algorithms.
type passes struct {
	convShape
	described           bool
	xDesc, yDesc, bDesc C.cudnnTensorDescriptor_t
	wDesc               C.cudnnFilterDescriptor_t
	convDesc            C.cudnnConvolutionDescriptor_t
	toY                 C.cudnnConvolutionFwdAlgoPerf_t
	toX                 C.cudnnConvolutionBwdDataAlgoPerf_t
	toW                 C.cudnnConvolutionBwdFilterAlgoPerf_t
	filter              []float32 // a weight or its gradient in cuDNN's layout (Out, KH, KW, In)
}

func (s convShape) passes() *passes { return &passes{convShape: s} }

// forward writes x∗w + b to y, rectified if p.relu is set.
func (p *passes) forward(y, x, w, b []float32) error {
	device.Lock()
	defer device.Unlock()
	in, filter, err := p.inputs(x, p.outFirst(w))
	if err != nil {
		return err
	}
	bias, err := device.put(third, b)
	if err != nil {
		return err
	}
	out, space, err := p.outputs(y, p.toY.memory)
	if err != nil {
		return err
	}
	one, zero := C.float(1), C.float(0)
	if err := cudnnError("convolution", C.cudnnConvolutionForward(device.handle, unsafe.Pointer(&one), p.xDesc, in, p.wDesc, filter, p.convDesc,
		p.toY.algo, space, p.toY.memory, unsafe.Pointer(&zero), p.yDesc, out)); err != nil {
		return err
	}
	if err := cudnnError("bias", C.cudnnAddTensor(device.handle, unsafe.Pointer(&one), p.bDesc, bias, unsafe.Pointer(&one), p.yDesc, out)); err != nil {
		return err
	}
	if p.relu {
		if err := cudnnError("rectifier", C.cudnnActivationForward(device.handle, device.relu,
			unsafe.Pointer(&one), p.yDesc, out, unsafe.Pointer(&zero), p.yDesc, out)); err != nil {
			return err
		}
	}
	return device.get(y, result)
}

// gradInput writes the gradient with respect to x to dx.
func (p *passes) gradInput(dx, dy, w []float32) error {
	device.Lock()
	defer device.Unlock()
	grad, filter, err := p.inputs(dy, p.outFirst(w))
	if err != nil {
		return err
	}
	out, space, err := p.outputs(dx, p.toX.memory)
	if err != nil {
		return err
	}
	one, zero := C.float(1), C.float(0)
	if err := cudnnError("gradient with respect to the input", C.cudnnConvolutionBackwardData(device.handle, unsafe.Pointer(&one), p.wDesc, filter, p.yDesc, grad, p.convDesc,
		p.toX.algo, space, p.toX.memory, unsafe.Pointer(&zero), p.xDesc, out)); err != nil {
		return err
	}
	return device.get(dx, result)
}

// gradWeight writes the gradient with respect to w to dw.
func (p *passes) gradWeight(dw, x, dy []float32) error {
	device.Lock()
	defer device.Unlock()
	in, grad, err := p.inputs(x, dy)
	if err != nil {
		return err
	}
	out, space, err := p.outputs(dw, p.toW.memory)
	if err != nil {
		return err
	}
	one, zero := C.float(1), C.float(0)
	if err := cudnnError("gradient with respect to the weight", C.cudnnConvolutionBackwardFilter(device.handle, unsafe.Pointer(&one), p.xDesc, in, p.yDesc, grad, p.convDesc,
		p.toW.algo, space, p.toW.memory, unsafe.Pointer(&zero), p.wDesc, out)); err != nil {
		return err
	}
	p.filter = sized(p.filter, len(dw))
	if err := device.get(p.filter, result); err != nil {
		return err
	}
	transpose(dw, p.filter, p.outCh)
	return nil
}

// inputs describes the convolution to cuDNN on the first call and copies two inputs to the
// device. It returns their addresses there.
func (p *passes) inputs(a, b []float32) (onA, onB unsafe.Pointer, err error) {
	if !p.described {
		if err = ready(); err != nil {
			return nil, nil, err
		}
		if err = p.describe(); err != nil {
			return nil, nil, err
		}
		p.described = true
	}
	if onA, err = device.put(first, a); err != nil {
		return nil, nil, err
	}
	onB, err = device.put(second, b)
	return onA, onB, err
}

// outputs allocates a result of the length of like and a workspace of workspace bytes on the
// device.
func (p *passes) outputs(like []float32, workspace C.size_t) (out, space unsafe.Pointer, err error) {
	if out, err = device.room(result, 4*len(like)); err != nil {
		return nil, nil, err
	}
	space, err = device.room(work, int(workspace))
	return out, space, err
}

// outFirst returns a weight (KH, KW, In, Out) in cuDNN's layout (Out, KH, KW, In), valid until
// the next call.
func (p *passes) outFirst(w []float32) []float32 {
	p.filter = sized(p.filter, len(w))
	transpose(p.filter, w, len(w)/p.outCh)
	return p.filter
}

// transpose writes src (rows, columns) to dst (columns, rows).
func transpose(dst, src []float32, rows int) {
	columns := len(src) / rows
	for r := range rows {
		for c, v := range src[r*columns : (r+1)*columns] {
			dst[c*rows+r] = v
		}
	}
}

func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		s = make([]float32, n)
	}
	return s[:n]
}

// describe creates cuDNN's descriptors and chooses the algorithms.
func (p *passes) describe() error {
	const (
		nhwc   = C.CUDNN_TENSOR_NHWC
		single = C.CUDNN_DATA_FLOAT
	)
	if err := cudnnErrors("describing a convolution",
		C.cudnnCreateTensorDescriptor(&p.xDesc),
		C.cudnnCreateTensorDescriptor(&p.yDesc),
		C.cudnnCreateTensorDescriptor(&p.bDesc),
		C.cudnnCreateFilterDescriptor(&p.wDesc),
		C.cudnnCreateConvolutionDescriptor(&p.convDesc)); err != nil {
		return err
	}
	shape := func(t C.cudnnTensorDescriptor_t, n, h, w, c int) C.cudnnStatus_t {
		return C.cudnnSetTensor4dDescriptor(t, nhwc, single, C.int(n), C.int(c), C.int(h), C.int(w))
	}
	if err := cudnnErrors("describing a convolution",
		shape(p.xDesc, p.n, p.h, p.w, p.in),
		shape(p.yDesc, p.n, p.outH, p.outW, p.outCh),
		shape(p.bDesc, 1, 1, 1, p.outCh),
		C.cudnnSetFilter4dDescriptor(p.wDesc, single, nhwc, C.int(p.outCh), C.int(p.in), C.int(p.kh), C.int(p.kw)),
		C.cudnnSetConvolution2dDescriptor(p.convDesc, C.int(p.padH), C.int(p.padW), C.int(p.strideH), C.int(p.strideW),
			C.int(p.dilationH), 1, C.CUDNN_CROSS_CORRELATION, single),
		C.cudnnSetConvolutionMathType(p.convDesc, C.CUDNN_FMA_MATH)); err != nil {
		return err
	}
	return p.choose()
}

// choose selects, for each computation, the deterministic algorithm within workspaceLimit that
// cuDNN expects to be the fastest.
func (p *passes) choose() error {
	var toY [8]C.cudnnConvolutionFwdAlgoPerf_t
	var toX [8]C.cudnnConvolutionBwdDataAlgoPerf_t
	var toW [8]C.cudnnConvolutionBwdFilterAlgoPerf_t
	var n C.int
	if err := cudnnError("choosing an algorithm", C.cudnnGetConvolutionForwardAlgorithm_v7(device.handle,
		p.xDesc, p.wDesc, p.convDesc, p.yDesc, C.int(len(toY)), &n, &toY[0])); err != nil {
		return err
	}
	i := slices.IndexFunc(toY[:n], func(a C.cudnnConvolutionFwdAlgoPerf_t) bool { return usable(a.status, a.determinism, a.memory) })
	if i < 0 {
		return errors.New("no deterministic cuDNN algorithm for the convolution")
	}
	p.toY = toY[i]
	if err := cudnnError("choosing an algorithm", C.cudnnGetConvolutionBackwardDataAlgorithm_v7(device.handle,
		p.wDesc, p.yDesc, p.convDesc, p.xDesc, C.int(len(toX)), &n, &toX[0])); err != nil {
		return err
	}
	i = slices.IndexFunc(toX[:n], func(a C.cudnnConvolutionBwdDataAlgoPerf_t) bool { return usable(a.status, a.determinism, a.memory) })
	if i < 0 {
		return errors.New("no deterministic cuDNN algorithm for the gradient with respect to the input")
	}
	p.toX = toX[i]
	if err := cudnnError("choosing an algorithm", C.cudnnGetConvolutionBackwardFilterAlgorithm_v7(device.handle,
		p.xDesc, p.yDesc, p.convDesc, p.wDesc, C.int(len(toW)), &n, &toW[0])); err != nil {
		return err
	}
	i = slices.IndexFunc(toW[:n], func(a C.cudnnConvolutionBwdFilterAlgoPerf_t) bool { return usable(a.status, a.determinism, a.memory) })
	if i < 0 {
		return errors.New("no deterministic cuDNN algorithm for the gradient with respect to the weight")
	}
	p.toW = toW[i]
	return nil
}

func usable(status C.cudnnStatus_t, determinism C.cudnnDeterminism_t, memory C.size_t) bool {
	return status == C.CUDNN_STATUS_SUCCESS && determinism == C.CUDNN_DETERMINISTIC && memory <= workspaceLimit
}

func cudaError(what string, status C.cudaError_t) error {
	if status == C.cudaSuccess {
		return nil
	}
	return fmt.Errorf("%s: %s", what, C.GoString(C.cudaGetErrorString(status)))
}

func cudnnError(what string, status C.cudnnStatus_t) error {
	if status == C.CUDNN_STATUS_SUCCESS {
		return nil
	}
	return fmt.Errorf("%s: %s", what, C.GoString(C.cudnnGetErrorString(status)))
}

// cudnnErrors returns the first error of several calls, or nil.
func cudnnErrors(what string, statuses ...C.cudnnStatus_t) error {
	for _, status := range statuses {
		if err := cudnnError(what, status); err != nil {
			return err
		}
	}
	return nil
}
