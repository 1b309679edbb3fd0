// The least that a training of this kind has to do, for train.lua to measure against: products by OpenBLAS, plain loops
// for the rest. Prints its times as JSON.
//
// train-loop LIBRARY IMAGES LABELS SIDE EPOCHS RATE WIDTH…
//
// LIBRARY is libopenblas, IMAGES and LABELS are MNIST's files without compression, SIDE 28 or less: of larger pictures the
// nearest pixels are taken. RATE is the share of the hidden layers' weights that a mask holds at zero.
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { row_major = 101, plain = 111, transposed = 112, batch = 64, classes = 10, most_layers = 8 };

static void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void *room(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) exit(1);
  return memory;
}

static uint8_t *file(const char *path, size_t header, size_t count) {
  FILE *stream = fopen(path, "rb");
  uint8_t *bytes = room(count);
  if (!stream || fseek(stream, (long)header, SEEK_SET) || fread(bytes, 1, count, stream) != count) {
    fprintf(stderr, "%s: cannot be read\n", path);
    exit(1);
  }
  fclose(stream);
  return bytes;
}

int main(int count, char **words) {
  if (count < 8) return 2;
  enum { pictures = 60000, full = 28 };
  const int side = atoi(words[4]), epochs = atoi(words[5]), layers = count - 6;
  const double rate = atof(words[6]);
  void *library = dlopen(words[1], RTLD_NOW);
  if (!library || layers > most_layers) return 1;
  *(void **)&sgemm = dlsym(library, "cblas_sgemm");
  void (*threads)(int);
  *(void **)&threads = dlsym(library, "openblas_set_num_threads");
  threads(1);

  uint8_t *all = file(words[2], 16, (size_t)pictures * full * full), *labels = file(words[3], 8, pictures);
  int widths[most_layers + 1] = {side * side};
  for (int l = 1; l < layers; l++) widths[l] = atoi(words[6 + l]);
  widths[layers] = classes;
  uint8_t *pixels = room((size_t)pictures * (size_t)widths[0]);
  for (int i = 0; i < pictures; i++)
    for (int k = 0; k < widths[0]; k++)
      pixels[(size_t)i * (size_t)widths[0] + (size_t)k] =
          all[(size_t)i * full * full + (size_t)(k / side * full / side * full + k % side * full / side)];
  free(all);

  size_t weight[most_layers], bias[most_layers], total = 0;
  for (int l = 0; l < layers; l++) {
    weight[l] = total;
    total += (size_t)widths[l] * (size_t)widths[l + 1];
    bias[l] = total;
    total += (size_t)widths[l + 1];
  }
  float *p = room(4 * total), *g = room(4 * total), *first = room(4 * total), *second = room(4 * total);
  float *mask = room(4 * total);
  srand(1);
  for (size_t k = 0; k < total; k++) mask[k] = 1;
  for (int l = 0; l < layers; l++) {
    const float range = sqrtf(6.0f / (float)(widths[l] + widths[l + 1]));
    for (size_t k = weight[l]; k < bias[l]; k++) {
      mask[k] = l + 1 < layers && rand() < rate * RAND_MAX ? 0 : 1;
      p[k] = mask[k] * range * (2 * (float)rand() / (float)RAND_MAX - 1);
    }
  }
  float *values[most_layers + 1], *slopes[most_layers + 1];
  for (int l = 0; l <= layers; l++) {
    values[l] = room(4 * batch * (size_t)widths[l]);
    slopes[l] = room(4 * batch * (size_t)widths[l]);
  }
  int *order = room(sizeof(int) * pictures);
  for (int i = 0; i < pictures; i++) order[i] = i;

  const double wall = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
  double loss = 0;
  for (int epoch = 0, step = 0; epoch < epochs; epoch++) {
    loss = 0;
    for (int i = pictures - 1; i > 0; i--) {
      const int j = rand() % (i + 1), other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    for (int start = 0; start < pictures; start += batch) {
      const int rows = pictures - start < batch ? pictures - start : batch;
      for (int i = 0; i < rows; i++)
        for (int k = 0; k < widths[0]; k++)
          values[0][i * widths[0] + k] =
              (float)pixels[(size_t)order[start + i] * (size_t)widths[0] + (size_t)k] * (1 / 255.0f);
      for (int l = 0; l < layers; l++) {
        const int in = widths[l], out = widths[l + 1];
        float *y = values[l + 1];
        sgemm(row_major, plain, transposed, rows, out, in, 1, values[l], in, p + weight[l], in, 0, y, out);
        for (int i = 0; i < rows; i++)
          for (int j = 0; j < out; j++) {
            const float z = y[i * out + j] + p[bias[l] + (size_t)j];
            y[i * out + j] = l + 1 < layers && z < 0 ? 0 : z;
          }
      }
      for (int i = 0; i < rows; i++) {
        const float *z = values[layers] + i * classes;
        const int label = labels[order[start + i]];
        float *slope = slopes[layers] + i * classes, most = z[0], sum = 0;
        for (int j = 1; j < classes; j++) most = fmaxf(most, z[j]);
        for (int j = 0; j < classes; j++) sum += slope[j] = expf(z[j] - most);
        for (int j = 0; j < classes; j++) slope[j] /= sum * (float)rows;
        slope[label] -= 1 / (float)rows;
        loss += (double)(logf(sum) + most - z[label]);
      }
      for (int l = layers - 1; l >= 0; l--) {
        const int in = widths[l], out = widths[l + 1];
        sgemm(row_major, transposed, plain, out, in, rows, 1, slopes[l + 1], out, values[l], in, 0, g + weight[l], in);
        for (int j = 0; j < out; j++) g[bias[l] + (size_t)j] = 0;
        for (int i = 0; i < rows; i++)
          for (int j = 0; j < out; j++) g[bias[l] + (size_t)j] += slopes[l + 1][i * out + j];
        if (l == 0) break;
        sgemm(row_major, plain, plain, rows, in, out, 1, slopes[l + 1], out, p + weight[l], in, 0, slopes[l], in);
        for (int k = 0; k < rows * in; k++) slopes[l][k] = values[l][k] > 0 ? slopes[l][k] : 0;
      }
      step++;
      const float pace = 1e-3f / (1 - powf(0.9f, (float)step)), root = 1 / sqrtf(1 - powf(0.999f, (float)step));
      for (size_t k = 0; k < total; k++) {
        const float slope = g[k] + 1e-3f * p[k];
        first[k] = 0.9f * first[k] + 0.1f * slope;
        second[k] = 0.999f * second[k] + 0.001f * slope * slope;
        p[k] -= pace * first[k] / (sqrtf(second[k]) * root + 1e-8f);
      }
      if (rate > 0)
        for (size_t k = 0; k < total; k++) p[k] *= mask[k];
    }
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"processor_s\": %.6f, \"wall_s\": %.6f, \"memory_mb\": %.1f, \"loss\": %.6f}\n",
         (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor) / epochs, (seconds(CLOCK_MONOTONIC) - wall) / epochs,
         (double)usage.ru_maxrss / 1024, loss / pictures);
  return 0;
}
