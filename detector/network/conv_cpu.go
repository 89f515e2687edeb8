//go:build !cuda

package network

import G "gorgonia.org/gorgonia"

// apply convolves x (N, H, W, In) with weight (KH, KW, In, Out), adds bias (Out)
// and rectifies where asked.
func (c conv) apply(x, weight, bias *G.Node) (*G.Node, error) { return c.fused(x, weight, bias) }
