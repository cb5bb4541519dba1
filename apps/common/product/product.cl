// apps/common/product/product.cl: the kernels of kernels_cpu.c for OpenCL devices. Blocks are
// row-major with a leading dimension; offsets are in elements.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

ulong scramble(ulong z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9UL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBUL;
    return z ^ z >> 31;
}

/** As entry() in values.c. matrix: 0 A, 1 B, 2 C. values: 0 random, 1 integer, 2 ones. */
double entry(int matrix, int values, ulong seed, int row, int col) {
    if (values == 0) {
        ulong z = scramble(scramble(seed * 4 + matrix) +
                      (((ulong)(uint)row << 32 | (uint)col) + 1) * 0x9E3779B97F4A7C15UL);
        return (double)(z >> 11) * 0x1p-52 - 1;
    }
    if (values == 1)
        return matrix == 1 ? (double)((7L * row + 3L * col) % 11 - 4)
                           : (double)((5L * row + 2L * col) % 13 - 5);
    return 1;
}

kernel void fill(global double *to, long offset, int ld, int row, int col, int matrix, int values,
                 ulong seed) {
    int c = get_global_id(0), r = get_global_id(1);
    to[offset + (long)r * ld + c] = entry(matrix, values, seed, row + r, col + c);
}

kernel void zero(global double *to, long offset, int ld) {
    to[offset + (long)get_global_id(1) * ld + get_global_id(0)] = 0;
}

kernel void copy(global double *to, long to_offset, int to_ld, global const double *from,
                 long from_offset, int from_ld) {
    long c = get_global_id(0), r = get_global_id(1);
    to[to_offset + r * to_ld + c] = from[from_offset + r * from_ld + c];
}

kernel void add(global double *to, long to_offset, int to_ld, global const double *from,
                long from_offset, int from_ld) {
    long c = get_global_id(0), r = get_global_id(1);
    to[to_offset + r * to_ld + c] += from[from_offset + r * from_ld + c];
}

// A work group computes a TILE x TILE part of A; each of its SIDE x SIDE work items EACH x EACH
// elements, SIDE apart, so that neighbouring items touch neighbouring elements.
#define SIDE 8
#define EACH 4
#define TILE (SIDE * EACH)

/** a[m][n] += b[m][depth] c[depth][n] */
kernel __attribute__((reqd_work_group_size(SIDE, SIDE, 1))) void
multiply(global double *a, long a_offset, int a_ld, global const double *b, long b_offset, int b_ld,
         global const double *c, long c_offset, int c_ld, int m, int n, int depth) {
    local double b_tile[TILE][TILE + 1], c_tile[TILE][TILE + 1]; // + 1: columns in different banks
    const int x = get_local_id(0), y = get_local_id(1);
    const int col0 = get_group_id(0) * TILE, row0 = get_group_id(1) * TILE;
    double sum[EACH][EACH];
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++)
            sum[i][j] = 0;
    for (int k0 = 0; k0 < depth; k0 += TILE) {
        for (int i = y; i < TILE; i += SIDE)
            for (int j = x; j < TILE; j += SIDE) {
                b_tile[i][j] = row0 + i < m && k0 + j < depth
                                   ? b[b_offset + (long)(row0 + i) * b_ld + k0 + j]
                                   : 0;
                c_tile[i][j] = k0 + i < depth && col0 + j < n
                                   ? c[c_offset + (long)(k0 + i) * c_ld + col0 + j]
                                   : 0;
            }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int k = 0; k < TILE; k++)
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++)
                    sum[i][j] += b_tile[y + i * SIDE][k] * c_tile[k][x + j * SIDE];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++) {
            int row = row0 + y + i * SIDE, col = col0 + x + j * SIDE;
            if (row < m && col < n)
                a[a_offset + (long)row * a_ld + col] += sum[i][j];
        }
}
