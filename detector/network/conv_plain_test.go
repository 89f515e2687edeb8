package network

import (
	G "gorgonia.org/gorgonia"
	nnops "gorgonia.org/gorgonia/ops/nn"
	"gorgonia.org/tensor"
)

// plain builds the convolution c from Gorgonia's own operations.
func (c conv) plain(x, weight, bias *G.Node) (*G.Node, error) {
	s, err := c.over(x.Shape(), weight.Shape())
	if err != nil {
		return nil, err
	}
	images, err := G.Transpose(x, 0, 3, 1, 2) // (N, In, H, W)
	if err != nil {
		return nil, err
	}
	filter, err := G.Transpose(weight, 3, 2, 0, 1) // (Out, In, KH, KW)
	if err != nil {
		return nil, err
	}
	y, err := nnops.Conv2d(images, filter, tensor.Shape{s.kh, s.kw},
		[]int{s.padH, s.padW}, []int{s.strideH, s.strideW}, []int{s.dilationH, 1})
	if err != nil {
		return nil, err
	}
	b, err := G.Reshape(bias, tensor.Shape{1, s.outCh, 1, 1})
	if err != nil {
		return nil, err
	}
	if y, err = G.BroadcastAdd(y, b, nil, []byte{0, 2, 3}); err != nil {
		return nil, err
	}
	if s.relu {
		if y, err = nnops.Rectify(y); err != nil {
			return nil, err
		}
	}
	return G.Transpose(y, 0, 2, 3, 1)
}
