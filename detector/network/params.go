package network

import (
	"fmt"
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Param is one trained tensor.
type Param struct {
	Name  string
	Shape []int
	Data  []float32 // row-major, shared with every graph over the parameters
	dense *tensor.Dense
}

// Params are the trained tensors of a network, in a fixed order.
type Params struct {
	layers []layer
	list   []*Param
	byName map[string]*Param
}

// List returns the parameters in their fixed order. The data is shared.
func (p *Params) List() []*Param { return p.list }

// Count returns the number of scalar parameters.
func (p *Params) Count() int {
	n := 0
	for _, q := range p.list {
		n += len(q.Data)
	}
	return n
}

// Set copies data to the named parameter. It returns an error if the name is unknown or the
// shape differs.
func (p *Params) Set(name string, shape []int, data []float32) error {
	q, ok := p.byName[name]
	if !ok {
		return fmt.Errorf("unknown tensor %q", name)
	}
	if !tensor.Shape(shape).Eq(tensor.Shape(q.Shape)) || len(data) != len(q.Data) {
		return fmt.Errorf("tensor %q has shape %v, want %v", name, shape, q.Shape)
	}
	copy(q.Data, data)
	return nil
}

// Take copies the tensors for whose names wanted returns true.
func (p *Params) Take(from *Params, wanted func(name string) bool) {
	for _, q := range from.list {
		if wanted(q.Name) {
			copy(p.byName[q.Name].Data, q.Data)
		}
	}
}

// NewParams returns initial parameters for training: random weights (He et al. 2015, eq. 10)
// and zero biases.
func NewParams(seed uint64) *Params { return BlankParams().drawn(seed) }

// BlankParams returns the parameters of NewParams with zero weights, for a caller that sets them
// all.
func BlankParams() *Params {
	p := layerParams(layers())
	p.add("temperature", []int{1}, float32(math.Log(firstTemperature)))
	p.add("attention.position", []int{Window}, 0)
	p.add("motion.mean", []int{MotionFeatures}, 0)
	p.add("motion.deviation", []int{MotionFeatures}, 1)
	p.add("speaker.temperature", []int{1}, float32(math.Log(firstTemperature)))
	return p
}

// Mute zeroes weight and bias of a layer, so that its output is 0.
func (p *Params) Mute(layer string) {
	clear(p.byName[layer+".weight"].Data)
	clear(p.byName[layer+".bias"].Data)
}

// layerParams returns the parameters of the layers, all zero.
func layerParams(layers []layer) *Params {
	p := &Params{layers: layers, byName: map[string]*Param{}}
	for _, l := range layers {
		p.add(l.name+".weight", []int{l.kh, l.kw, l.in, l.out}, 0)
		p.add(l.name+".bias", []int{l.out}, 0)
	}
	return p
}

// drawn draws random weights for the layers and returns p.
func (p *Params) drawn(seed uint64) *Params {
	rng := rand.New(rand.NewPCG(seed, 0x6d6f757468))
	for _, l := range p.layers {
		weight := p.byName[l.name+".weight"].Data
		for i := range weight {
			weight[i] = float32(rng.NormFloat64() * l.gain * math.Sqrt(2/float64(l.kh*l.kw*l.in)))
		}
	}
	return p
}

// add adds a parameter whose elements all equal value.
func (p *Params) add(name string, shape []int, value float32) {
	q := &Param{Name: name, Shape: shape, Data: make([]float32, tensor.Shape(shape).TotalSize())}
	if value != 0 {
		for i := range q.Data {
			q.Data[i] = value
		}
	}
	q.dense = tensor.New(tensor.WithShape(shape...), tensor.WithBacking(q.Data))
	p.list = append(p.list, q)
	p.byName[name] = q
}

// A graph is a Gorgonia expression graph over shared parameters. Graphs must not be built
// concurrently: Gorgonia has a data race there.
type graph struct {
	*G.ExprGraph
	params *Params
	nodes  map[string]*G.Node
}

func newGraph(p *Params) *graph {
	useBLAS()
	return &graph{ExprGraph: G.NewGraph(), params: p, nodes: map[string]*G.Node{}}
}

// param returns the node of a parameter, the same node on every call.
func (g *graph) param(name string) *G.Node {
	if n, ok := g.nodes[name]; ok {
		return n
	}
	q, ok := g.params.byName[name]
	if !ok {
		panic("network: no parameter " + name)
	}
	n := G.NewTensor(g.ExprGraph, tensor.Float32, len(q.Shape), G.WithName(name), G.WithShape(q.Shape...), G.WithValue(q.dense))
	g.nodes[name] = n
	return n
}

// input returns a new input node and its memory, to be filled before each run.
func (g *graph) input(name string, shape ...int) (*G.Node, []float32) {
	data := make([]float32, tensor.Shape(shape).TotalSize())
	d := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
	return G.NewTensor(g.ExprGraph, tensor.Float32, len(shape), G.WithName(name), G.WithShape(shape...), G.WithValue(d)), data
}

// layer applies the named convolution.
func (g *graph) layer(name string, x *G.Node) (*G.Node, error) {
	for _, l := range g.params.layers {
		if l.name == name {
			y, err := l.conv.apply(x, g.param(name+".weight"), g.param(name+".bias"))
			if err != nil {
				return nil, fmt.Errorf("layer %s: %w", name, err)
			}
			return y, nil
		}
	}
	panic("network: no layer " + name)
}

// through applies the named layers in sequence.
func (g *graph) through(x *G.Node, names ...string) (*G.Node, error) {
	var err error
	for _, n := range names {
		if x, err = g.layer(n, x); err != nil {
			return nil, err
		}
	}
	return x, nil
}
