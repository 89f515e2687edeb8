#include "layer.h"

// Works on every processor: the compiler emulates vectors of four floats where they are
// missing.
#define LANES 4
#define TILE 4
#include "kernel.h"

void run_layer_4(const layer &l, int from, int to) { run(l, from, to); }
