#ifndef DEEPCHECK_LAYER_H
#define DEEPCHECK_LAYER_H

// A tensor has a border of zero pixels, one above and left of it and two below and
// right, so that windows need no care at the edges: rows of width+3 pixels of stride
// floats, of which the first channels count; the others are zero. Row y lies in place
// y mod ring. A wide tensor that nobody wants to see keeps only so many rows as its
// readers may still ask for, so that they lie in the nearest cache.
enum { border_before = 1, border_after = 2, border = border_before + border_after };

struct tensor {
    int height, width, channels, stride, ring;
    float *data;

    // Floats from a row to the next.
    long row() const { return static_cast<long>(width + border) * stride; }

    // The pixel at (y, x), counted without the border.
    float *at(int y, int x) const { return data + (y + ring) % ring * row() + static_cast<long>(x + border_before) * stride; }
};

// Where a pixel of a group is, in floats from the first one's place.
struct place {
    long out;  // in the output
    long skip; // in the rows of the input that are added
};

// A layer's constants are laid out for vectors of so many lanes: channels are
// filled up with zeros to a multiple of padding.
struct layer {
    tensor in, out;
    int step, pad, skip;
    int side;               // of the window that a pixel is computed from
    const float *depth;     // (3, 3, in.stride) or null
    const float *depth_bias;

    // The second step sums over so many runs, one a row, of so many floats each.
    int runs, run;
    int pitch; // floats from a pixel's run to that of the next one

    const float *point;      // panels of 2·lanes columns, each (runs·run, columns)
    const float *point_bias; // (out.stride)
    const float *slope;      // (out.stride) or null
    float *gathered;         // (group pixels, in.stride), what depth gives
    int group;               // rows at a time
    const place *places;     // of the group's pixels
};

enum { skip_none, skip_same, skip_pool };

// Runs of a pixel at most: the side of the largest window.
enum { most_runs = 5 };

// Channels are filled up to a multiple of the widest vector.
enum { padding = 16 };

// Computes rows [from, to) of a layer's output, a group at most. One for each width of vectors.
void run_layer_4(const layer &l, int from, int to);
void run_layer_8(const layer &l, int from, int to);
void run_layer_16(const layer &l, int from, int to);

#endif
