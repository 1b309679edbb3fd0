// The network: layers as rows of weights.
#include "vnncheck.h"

layer *layers;
size_t layer_count, input_count, output_count, hidden_count, widest;
size_t *offsets;

static yajl_val header;
static const unsigned char *tensor_bytes;
static size_t tensor_size, tensors_taken;

static double *take_tensor(size_t index, const char *part, size_t rank_limit, size_t *shape, size_t *rank) {
  char name[64];
  snprintf(name, sizeof name, "layers.%zu.%s", index, part);
  yajl_val entry = member(header, name);
  if (!entry) return NULL;
  tensors_taken++;
  const char *type = YAJL_GET_STRING(member(entry, "dtype"));
  yajl_val sizes = member(entry, "shape"), range = member(entry, "data_offsets");
  *rank = length_of(sizes, name);
  if (*rank < 1 || *rank > rank_limit || !type) stop(unreadable, "%s: expected another shape or type", name);
  size_t count = 1;
  for (size_t i = 0; i < *rank; i++) {
    // A list may be empty: a sparse layer may have no weights.
    yajl_val size = YAJL_GET_ARRAY(sizes)->values[i];
    shape[i] = *rank == 1 && double_of(size, name) == 0 ? 0 : position_of(size, name);
    if (shape[i] > INT_MAX / count) stop(unreadable, "%s: is too large", name);
    count *= shape[i];
  }
  const double *ends = doubles_of(range, name, 2);
  const size_t width = strcmp(type, "F32") == 0   ? 4
                       : strcmp(type, "F64") == 0 ? 8
                       : strcmp(type, "I64") == 0 ? 8
                       : strcmp(type, "U8") == 0  ? 1
                                                  : 0;
  if (width == 0) stop(unreadable, "%s: expected the type F32, F64, I64 or U8, got %s", name, type);
  // Places and sizes are whole numbers, and a type that has no others says so.
  if (width != 1 && strcmp(part, "weight") != 0 && strcmp(part, "bias") != 0 && type[0] != 'I')
    stop(unreadable, "%s: expected the type I64, got %s", name, type);
  if (ends[0] < 0 || ends[0] != floor(ends[0]) || ends[1] > (double)tensor_size ||
      ends[1] - ends[0] != (double)(count * width))
    stop(unreadable, "%s: expected its bytes inside the file", name);
  const unsigned char *source = tensor_bytes + (size_t)ends[0];
  double *result = room(count, sizeof *result);
  for (size_t i = 0; i < count; i++) {
    float single;
    int64_t whole;
    if (type[0] == 'F' && width == 4) {
      memcpy(&single, source + 4 * i, 4);
      result[i] = single;
    } else if (type[0] == 'F') {
      memcpy(&result[i], source + 8 * i, 8);
    } else if (width == 8) {
      memcpy(&whole, source + 8 * i, 8);
      if (whole < 0 || whole > INT_MAX) stop(unreadable, "%s: expected whole numbers from 0", name);
      result[i] = (double)whole;
    } else {
      result[i] = source[i];
    }
    if (!isfinite(result[i])) stop(unreadable, "%s: expected finite numbers", name);
  }
  return result;
}

static double *take_list(size_t index, const char *part, size_t count) { // count 0: of any length that is written there
  size_t shape[1], rank;
  double *result = take_tensor(index, part, 1, shape, &rank);
  if (!result || (count > 0 && shape[0] != count))
    stop(unreadable, "expected layers.%zu.%s of another length", index, part);
  return result;
}

static void fill_convolution(layer *l, size_t index, const double *kernel, const size_t *shape, size_t rank) {
  const size_t axes = rank - 2;
  const double *size = take_list(index, "size", axes), *output = take_list(index, "output", axes);
  const double *stride = take_list(index, "stride", axes), *dilation = take_list(index, "dilation", axes);
  const double *padding = take_list(index, "padding", axes), *groups = take_list(index, "groups", 1);
  double taps = 1, places = 1, elements = 1;
  double least_step = 1; // every tap reads another input
  for (size_t a = 0; a < axes; a++) {
    taps *= (double)shape[2 + a], places *= output[a], elements *= size[a];
    least_step = fmin(least_step, dilation[a]);
  }
  const double filters = (double)shape[0], channels = (double)shape[1];
  if (groups[0] < 1 || least_step < 1 || fmod(filters, groups[0]) != 0 || places < 1 || elements < 1 ||
      filters * places > INT_MAX || channels * groups[0] * elements > INT_MAX ||
      filters * places * channels * taps > INT_MAX)
    stop(unreadable, "layers.%zu: expected a convolution whose sizes fit each other", index);
  l->outputs = (size_t)(filters * places);
  l->inputs = (size_t)(channels * groups[0] * elements);
  const size_t most = (size_t)(filters * places * channels * taps);
  l->starts = room(l->outputs + 1, sizeof *l->starts);
  l->columns = room(most, sizeof *l->columns);
  l->weight = room(most, sizeof *l->weight);
  size_t entries = 0;
  for (size_t row = 0; row < l->outputs; row++) {
    const size_t filter = row / (size_t)places;
    const size_t first = filter / (shape[0] / (size_t)groups[0]) * shape[1];
    for (size_t channel = 0; channel < shape[1]; channel++)
      for (size_t tap = 0; tap < (size_t)taps; tap++) {
        size_t at = row % (size_t)places, rest = tap, element = 0, step = 1;
        bool inside = true;
        for (size_t a = axes; a-- > 0;) { // the last axis varies fastest
          const double position =
              (double)(at % (size_t)output[a]) * stride[a] + (double)(rest % shape[2 + a]) * dilation[a] - padding[a];
          at /= (size_t)output[a], rest /= shape[2 + a];
          inside = inside && position >= 0 && position < size[a];
          if (inside) element += (size_t)position * step;
          step *= (size_t)size[a];
        }
        if (!inside) continue;
        l->columns[entries] = (int32_t)((first + channel) * (size_t)elements + element);
        l->weight[entries++] = kernel[(filter * shape[1] + channel) * (size_t)taps + tap];
      }
    l->starts[row + 1] = entries;
  }
}

static void fill_rows(layer *l, size_t index, double *weight, const size_t *shape, size_t rank) {
  l->weight = weight;
  if (rank == 2) {
    l->outputs = shape[0], l->inputs = shape[1], l->is_dense = true;
    l->starts = room(l->outputs + 1, sizeof *l->starts);
    l->columns = room(l->outputs * l->inputs, sizeof *l->columns);
    for (size_t i = 0; i < l->outputs * l->inputs; i++) l->columns[i] = (int32_t)(i % l->inputs);
    for (size_t r = 0; r <= l->outputs; r++) l->starts[r] = r * l->inputs;
    return;
  }
  size_t count, one;
  const double *starts = take_tensor(index, "starts", 1, &count, &one);
  if (!starts || count < 2) stop(unreadable, "expected layers.%zu.starts", index);
  const double *columns = take_list(index, "columns", shape[0]), *inputs = take_list(index, "inputs", 1);
  l->outputs = count - 1, l->inputs = (size_t)inputs[0];
  l->starts = room(count, sizeof *l->starts);
  l->columns = room(shape[0], sizeof *l->columns);
  for (size_t r = 0; r < count; r++) l->starts[r] = (size_t)starts[r];
  bool fits = l->outputs > 0 && l->starts[0] == 0 && l->starts[count - 1] == shape[0];
  for (size_t r = 0; r + 1 < count; r++) fits = fits && l->starts[r] <= l->starts[r + 1];
  for (size_t i = 0; i < shape[0]; i++) fits = fits && columns[i] < inputs[0], l->columns[i] = (int32_t)columns[i];
  // In ascending order: none stands twice in a row.
  for (size_t r = 0; fits && r < l->outputs; r++)
    for (size_t i = l->starts[r] + 1; i < l->starts[r + 1]; i++) fits = fits && l->columns[i - 1] < l->columns[i];
  if (!fits) stop(unreadable, "layers.%zu: expected rows that fit the weights", index);
}

// Weights as whole numbers times powers of two, one for each column, of 62 bits at the most; what is too small beside
// others of its column for that stays apart. And how large columns are.
static void scale(layer *l) {
  const size_t entries = l->starts[l->outputs];
  long *ends = room(l->inputs, sizeof *ends), top = LONG_MIN;
  number *w = numbers(1);
  l->integers = room(entries, sizeof *l->integers), l->apart = room(entries, sizeof *l->apart);
  l->exponents = room(l->inputs, sizeof *l->exponents), l->column_sums = room(l->inputs, sizeof *l->column_sums);
  for (size_t i = 0; i < l->inputs; i++) ends[i] = LONG_MIN;
  for (size_t i = 0; i < entries; i++) {
    if (l->weight[i] == 0) continue;
    set_double(w, l->weight[i]);
    const long end = w->e + (long)mpz_sizeinbase(w->n, 2);
    long *most = &ends[l->columns[i]];
    *most = end > *most ? end : *most, top = end > top ? end : top;
    l->column_sums[l->columns[i]] += fabs(l->weight[i]);
  }
  // The same power for as many as possible: sums over columns need no shifts then.
  for (size_t i = 0; i < l->inputs; i++)
    if (ends[i] > LONG_MIN) l->exponents[i] = (ends[i] > top - 20 ? top : ends[i]) - 62;
  for (size_t i = 0; i < entries; i++) {
    if (l->weight[i] == 0) continue;
    set_double(w, l->weight[i]);
    const long shift = w->e - l->exponents[l->columns[i]];
    if (shift >= 0) l->integers[i] = mpz_get_si(w->n) * (1L << shift);
    else l->apart[l->apart_count++] = i;
  }
  free(ends);
}

void read_network(const content *file) {
  uint64_t length;
  if (file->size < 8) stop(unreadable, "expected a safetensors file");
  memcpy(&length, file->bytes, 8);
  if (length > file->size - 8) stop(unreadable, "expected a safetensors file");
  char *text = room(length + 1, 1);
  memcpy(text, file->bytes + 8, length);
  header = parse(text);
  tensor_bytes = file->bytes + 8 + length, tensor_size = file->size - 8 - length;
  const size_t most = YAJL_GET_OBJECT(header)->len;
  yajl_val facts = member(header, "__metadata__");
  const char *version = facts ? YAJL_GET_STRING(member(facts, "network_format")) : NULL;
  if (version && strcmp(version, "2") != 0) stop(unreadable, "expected a network of the format 2, got %s", version);
  layers = room(most + 1, sizeof *layers);
  for (;; layer_count++) {
    layer *l = &layers[layer_count];
    size_t shape[5], bias_shape[1], rank, one;
    double *weight = take_tensor(layer_count, "weight", 5, shape, &rank);
    if (!weight) break;
    if (rank > 2) fill_convolution(l, layer_count, weight, shape, rank);
    else fill_rows(l, layer_count, weight, shape, rank);
    const double *bias = take_tensor(layer_count, "bias", 1, bias_shape, &one);
    if (!bias || (bias_shape[0] != l->outputs && (rank < 3 || bias_shape[0] != shape[0])))
      stop(unreadable, "expected layers.%zu.bias with a number for every row or filter", layer_count);
    l->bias = room(l->outputs, sizeof *l->bias);
    l->rectified = room(l->outputs, sizeof *l->rectified);
    for (size_t r = 0; r < l->outputs; r++) {
      l->bias[r] = bias[r * bias_shape[0] / l->outputs];
      l->rectified[r] = true;
    }
    const double *marks = take_tensor(layer_count, "rectified", 1, bias_shape, &one);
    if (marks && bias_shape[0] != l->outputs)
      stop(unreadable, "layers.%zu.rectified: expected another length", layer_count);
    for (size_t r = 0; marks && r < l->outputs; r++) l->rectified[r] = marks[r] != 0;
    if (layer_count > 0 && layers[layer_count - 1].outputs != l->inputs)
      stop(unreadable, "layers.%zu: expected as many inputs as the layer before has outputs", layer_count);
    scale(l);
  }
  // A tensor that nobody took may be a layer behind a gap, or mean something that is not known here.
  if (layer_count == 0 || tensors_taken + (facts ? 1 : 0) != most)
    stop(unreadable, "expected layers.0.weight, layers.0.bias and so on, and nothing else");
  input_count = layers[0].inputs, output_count = layers[layer_count - 1].outputs;
  offsets = room(layer_count, sizeof *offsets);
  for (size_t k = 0; k < layer_count; k++) {
    const size_t width = layers[k].inputs > layers[k].outputs ? layers[k].inputs : layers[k].outputs;
    widest = width > widest ? width : widest;
  }
  for (size_t k = 0; k + 1 < layer_count; k++) {
    offsets[k] = hidden_count;
    hidden_count += layers[k].outputs;
  }
}
