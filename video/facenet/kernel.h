// The inner loops, for vectors of LANES floats and tiles of TILE pixels by two vectors. This
// file is included once per instruction set. It includes no library header: the linker keeps
// one copy of an inline function for the whole program, which might be the copy compiled for
// the widest instruction set.

namespace {

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

inline vec load(const float *p) { return *reinterpret_cast<const vec *>(p); }
inline void store(float *p, vec v) { *reinterpret_cast<vec *>(p) = v; }
inline vec larger(vec a, vec b) { return a > b ? a : b; }

// Computes row y of the depthwise 3x3 convolution into dst (width, in.stride).
void depthwise(const layer &l, int y, float *dst) {
    const int channels = l.in.stride;
    const float *above = l.in.at(y * l.step - l.pad, -l.pad), *middle = l.in.at(y * l.step - l.pad + 1, -l.pad),
                *below = l.in.at(y * l.step - l.pad + 2, -l.pad);
    for (int c = 0; c < channels; c += LANES) {
        vec w[9];
#pragma GCC unroll 9
        for (int k = 0; k < 9; k++) w[k] = load(l.depth + k * channels + c);
        const vec bias = load(l.depth_bias + c);
        long at = c;
        for (int x = 0; x < l.out.width; x++, at += l.step * channels) {
            vec s[3] = {bias, {}, {}};
#pragma GCC unroll 3
            for (int k = 0; k < 3; k++) {
                s[0] += w[k] * load(above + at + k * channels);
                s[1] += w[3 + k] * load(middle + at + k * channels);
                s[2] += w[6 + k] * load(below + at + k * channels);
            }
            store(dst + static_cast<long>(x) * channels + c, s[0] + s[1] + s[2]);
        }
    }
}

// A group of pixels as input and output of step 2.
struct pixels {
    const float *from[most_runs]; // the runs of the first pixel
    const float *skip, *below;    // the input added to the first pixel, and the row below it
    float *to;                    // the first pixel of the output
};

// Returns one vector of channels of the input to add: the pixel at p, or with skip_pool the
// maximum of the 2x2 square with p at its upper left; below is the pixel under p.
inline vec skipped(const layer &l, const float *p, const float *below) {
    if (l.skip == skip_same) return load(p);
    return larger(larger(load(p), load(p + l.in.stride)), larger(load(below), load(below + l.in.stride)));
}

// Computes channels [column, column + COLS * LANES) of pixels [first, first + ROWS) of the
// group: the runs times the panel b, summed, plus the input to add, then the PReLU.
template <int ROWS, int COLS>
void tile(const layer &l, const pixels &p, int first, int column, const float *b) {
    vec sum[ROWS][COLS];
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int c = 0; c < COLS; c++) sum[r][c] = load(l.point_bias + column + c * LANES);
    const int run = l.run, pitch = l.pitch;
    for (int i = 0; i < l.runs; i++) {
        const float *a = p.from[i] + static_cast<long>(first) * pitch;
        for (int k = 0; k < run; k++, b += COLS * LANES) {
            vec col[COLS];
#pragma GCC unroll 2
            for (int c = 0; c < COLS; c++) col[c] = load(b + c * LANES);
#pragma GCC unroll 16
            for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
                for (int c = 0; c < COLS; c++) sum[r][c] += a[r * pitch + k] * col[c];
        }
    }
    const place *places = l.places + first;
#pragma GCC unroll 2
    for (int c = 0; c < COLS; c++) {
        const int channel = column + c * LANES;
        if (l.skip != skip_none && channel < l.in.stride) {
#pragma GCC unroll 16
            for (int r = 0; r < ROWS; r++) {
                const long at = places[r].skip + channel;
                sum[r][c] += skipped(l, p.skip + at, p.below + at);
            }
        }
        if (l.slope) {
            const vec slope = load(l.slope + channel);
#pragma GCC unroll 16
            for (int r = 0; r < ROWS; r++) sum[r][c] = sum[r][c] > vec{} ? sum[r][c] : sum[r][c] * slope;
        }
#pragma GCC unroll 16
        for (int r = 0; r < ROWS; r++) store(p.to + places[r].out + channel, sum[r][c]);
    }
}

// Computes the last rows <= ROWS pixels, fewer than a whole tile.
template <int ROWS, int COLS>
struct rest {
    static void run(int rows, const layer &l, const pixels &p, int first, int column, const float *b) {
        if (rows == ROWS) return tile<ROWS, COLS>(l, p, first, column, b);
        rest<ROWS - 1, COLS>::run(rows, l, p, first, column, b);
    }
};
template <int COLS>
struct rest<0, COLS> {
    static void run(int, const layer &, const pixels &, int, int, const float *) {}
};

template <int COLS>
void panel(const layer &l, const pixels &p, int count, int column) {
    const float *b = l.point + static_cast<long>(column) * l.runs * l.run;
    int i = 0;
    for (; i + TILE <= count; i += TILE) tile<TILE, COLS>(l, p, i, column, b);
    rest<TILE - 1, COLS>::run(count - i, l, p, i, column, b);
}

// Computes rows [from, to) of the layer's output, at most one group.
void run(const layer &l, int from, int to) {
    pixels p;
    const int skip = l.skip == skip_pool ? 2 * from : from;
    p.skip = l.in.at(skip, 0);
    p.below = l.in.at(skip + 1, 0);
    p.to = l.out.at(from, 0);
    if (l.depth) {
        for (int y = from; y < to; y++) depthwise(l, y, l.gathered + static_cast<long>(y - from) * l.out.width * l.in.stride);
        p.from[0] = l.gathered;
    } else {
        for (int i = 0; i < l.runs; i++) p.from[i] = l.in.at(from * l.step - l.pad + i, -l.pad);
    }
    const int count = (to - from) * l.out.width;
    int c = 0;
    for (; c + 2 * LANES <= l.out.stride; c += 2 * LANES) panel<2>(l, p, count, c);
    for (; c < l.out.stride; c += LANES) panel<1>(l, p, count, c);
}

} // namespace
