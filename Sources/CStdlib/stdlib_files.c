#include "stdlib_files.h"

// `#embed` makes the compiler report the files as dependencies, so a changed file is embedded anew. A test compares
// this list with the folder.
#pragma clang diagnostic ignored "-Wc23-extensions"
#define FILE_BYTES(name) static const unsigned char name[] =

FILE_BYTES(annotations) {
#embed "../../Stdlib/annotations.lua"
};
FILE_BYTES(distance) {
#embed "../../Stdlib/distance.lua"
};
FILE_BYTES(doctor) {
#embed "../../Stdlib/doctor.lua"
};
FILE_BYTES(document) {
#embed "../../Stdlib/document.lua"
};
FILE_BYTES(experiment) {
#embed "../../Stdlib/experiment.lua"
};
FILE_BYTES(facts) {
#embed "../../Stdlib/facts.lua"
};
FILE_BYTES(help) {
#embed "../../Stdlib/help.lua"
};
FILE_BYTES(host_library) {
#embed "../../Stdlib/host/library.lua"
};
FILE_BYTES(names) {
#embed "../../Stdlib/names.lua"
};
FILE_BYTES(plan) {
#embed "../../Stdlib/plan.lua"
};
FILE_BYTES(plot) {
#embed "../../Stdlib/plot.lua"
};
FILE_BYTES(policy) {
#embed "../../Stdlib/policy.lua"
};
FILE_BYTES(portfolio) {
#embed "../../Stdlib/portfolio.lua"
};
FILE_BYTES(progress) {
#embed "../../Stdlib/progress.lua"
};
FILE_BYTES(property) {
#embed "../../Stdlib/property.lua"
};
FILE_BYTES(protocol) {
#embed "../../Stdlib/protocol.lua"
};
FILE_BYTES(reference) {
#embed "../../Stdlib/reference.lua"
};
FILE_BYTES(repl) {
#embed "../../Stdlib/repl.lua"
};
FILE_BYTES(report) {
#embed "../../Stdlib/report.lua"
};
FILE_BYTES(sandbox) {
#embed "../../Stdlib/sandbox.lua"
};
FILE_BYTES(schedule) {
#embed "../../Stdlib/schedule.lua"
};
FILE_BYTES(script) {
#embed "../../Stdlib/script.lua"
};
FILE_BYTES(settings) {
#embed "../../Stdlib/settings.lua"
};
FILE_BYTES(shell) {
#embed "../../Stdlib/shell.lua"
};
FILE_BYTES(slurm) {
#embed "../../Stdlib/slurm.lua"
};
FILE_BYTES(statistics) {
#embed "../../Stdlib/statistics.lua"
};
FILE_BYTES(store) {
#embed "../../Stdlib/store.lua"
};
FILE_BYTES(strict) {
#embed "../../Stdlib/strict.lua"
};
FILE_BYTES(surrogate) {
#embed "../../Stdlib/surrogate.lua"
};
FILE_BYTES(sweep) {
#embed "../../Stdlib/sweep.lua"
};
FILE_BYTES(template) {
#embed "../../Stdlib/template.lua"
};
FILE_BYTES(tighten) {
#embed "../../Stdlib/tighten.lua"
};
FILE_BYTES(trial) {
#embed "../../Stdlib/trial.lua"
};
FILE_BYTES(verdict) {
#embed "../../Stdlib/verdict.lua"
};
FILE_BYTES(worker) {
#embed "../../Stdlib/worker.lua"
};
FILE_BYTES(meta_data) {
#embed "../../Stdlib/meta/data.lua"
};
FILE_BYTES(meta_json) {
#embed "../../Stdlib/meta/json.lua"
};
FILE_BYTES(meta_milp) {
#embed "../../Stdlib/meta/milp.lua"
};
FILE_BYTES(meta_nn) {
#embed "../../Stdlib/meta/nn.lua"
};
FILE_BYTES(meta_prune) {
#embed "../../Stdlib/meta/prune.lua"
};
FILE_BYTES(meta_random) {
#embed "../../Stdlib/meta/random.lua"
};
FILE_BYTES(meta_system) {
#embed "../../Stdlib/meta/system.lua"
};
FILE_BYTES(meta_tensor) {
#embed "../../Stdlib/meta/tensor.lua"
};
FILE_BYTES(meta_verify) {
#embed "../../Stdlib/meta/verify.lua"
};
FILE_BYTES(templates_experiment) {
#embed "../../Stdlib/templates/experiment.lua"
};
FILE_BYTES(templates_policy) {
#embed "../../Stdlib/templates/policy.lua"
};

#define FILE(name) {#name ".lua", name, sizeof name}
#define FILE_IN(folder, name) {#folder "/" #name ".lua", folder##_##name, sizeof folder##_##name}

static const vnn_stdlib_file files[] = {
    FILE(annotations), FILE(distance), FILE(doctor), FILE(document), FILE(experiment), FILE(facts), FILE(help),
    FILE(names), FILE(plan), FILE(plot), FILE(policy), FILE(portfolio), FILE(progress), FILE(property),
    FILE(protocol), FILE(reference), FILE(repl), FILE(report), FILE(sandbox), FILE(schedule), FILE(script),
    FILE(settings), FILE(shell), FILE(slurm), FILE(statistics), FILE(store), FILE(strict), FILE(surrogate),
    FILE(sweep), FILE(template), FILE(tighten), FILE(trial), FILE(verdict), FILE(worker),
    FILE_IN(host, library),
    FILE_IN(meta, data), FILE_IN(meta, json), FILE_IN(meta, milp), FILE_IN(meta, nn), FILE_IN(meta, prune),
    FILE_IN(meta, random), FILE_IN(meta, system), FILE_IN(meta, tensor), FILE_IN(meta, verify),
    FILE_IN(templates, experiment), FILE_IN(templates, policy),
};

const vnn_stdlib_file *vnn_stdlib_files(void) { return files; }
size_t vnn_stdlib_count(void) { return sizeof files / sizeof files[0]; }
