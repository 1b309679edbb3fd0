#include "stdlib_files.h"

// `#embed` makes the compiler report the files as dependencies, so a changed file is embedded anew. A test compares
// this list with the folder.
#pragma clang diagnostic ignored "-Wc23-extensions"
#define FILE_BYTES(name) static const unsigned char name[] =

FILE_BYTES(names) {
#embed "../../Stdlib/names.lua"
};
FILE_BYTES(protocol) {
#embed "../../Stdlib/protocol.lua"
};
FILE_BYTES(repl) {
#embed "../../Stdlib/repl.lua"
};
FILE_BYTES(report) {
#embed "../../Stdlib/report.lua"
};
FILE_BYTES(script) {
#embed "../../Stdlib/script.lua"
};
FILE_BYTES(strict) {
#embed "../../Stdlib/strict.lua"
};
FILE_BYTES(surrogate) {
#embed "../../Stdlib/surrogate.lua"
};
FILE_BYTES(meta_data) {
#embed "../../Stdlib/meta/data.lua"
};
FILE_BYTES(meta_nn) {
#embed "../../Stdlib/meta/nn.lua"
};
FILE_BYTES(meta_random) {
#embed "../../Stdlib/meta/random.lua"
};
FILE_BYTES(meta_tensor) {
#embed "../../Stdlib/meta/tensor.lua"
};
FILE_BYTES(meta_verify) {
#embed "../../Stdlib/meta/verify.lua"
};

#define FILE(name) {#name ".lua", name, sizeof name}
#define META(name) {"meta/" #name ".lua", meta_##name, sizeof meta_##name}

static const vnn_stdlib_file files[] = {
    FILE(names), FILE(protocol), FILE(repl), FILE(report), FILE(script), FILE(strict), FILE(surrogate),
    META(data), META(nn), META(random), META(tensor), META(verify),
};

const vnn_stdlib_file *vnn_stdlib_files(void) { return files; }
size_t vnn_stdlib_count(void) { return sizeof files / sizeof files[0]; }
