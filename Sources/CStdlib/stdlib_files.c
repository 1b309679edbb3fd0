#include "stdlib_files.h"

// `#embed` makes the compiler report the files as dependencies, so a changed file is embedded anew. A test compares
// this list with the folder.
#pragma clang diagnostic ignored "-Wc23-extensions"
#define FILE_BYTES(name) static const unsigned char name[] =

FILE_BYTES(certificate) {
#embed "../../Stdlib/certificate.lua"
};
FILE_BYTES(distance) {
#embed "../../Stdlib/distance.lua"
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
FILE_BYTES(names) {
#embed "../../Stdlib/names.lua"
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
FILE_BYTES(property) {
#embed "../../Stdlib/property.lua"
};
FILE_BYTES(protocol) {
#embed "../../Stdlib/protocol.lua"
};
FILE_BYTES(report) {
#embed "../../Stdlib/report.lua"
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
FILE_BYTES(statistics) {
#embed "../../Stdlib/statistics.lua"
};
FILE_BYTES(surrogate) {
#embed "../../Stdlib/surrogate.lua"
};
FILE_BYTES(tighten) {
#embed "../../Stdlib/tighten.lua"
};
FILE_BYTES(verdict) {
#embed "../../Stdlib/verdict.lua"
};
FILE_BYTES(experiment_code) {
#embed "../../Stdlib/experiment/code.lua"
};
FILE_BYTES(experiment_command) {
#embed "../../Stdlib/experiment/command.lua"
};
FILE_BYTES(experiment_folder) {
#embed "../../Stdlib/experiment/folder.lua"
};
FILE_BYTES(experiment_message) {
#embed "../../Stdlib/experiment/message.lua"
};
FILE_BYTES(experiment_origin) {
#embed "../../Stdlib/experiment/origin.lua"
};
FILE_BYTES(experiment_plan) {
#embed "../../Stdlib/experiment/plan.lua"
};
FILE_BYTES(experiment_progress) {
#embed "../../Stdlib/experiment/progress.lua"
};
FILE_BYTES(experiment_slurm) {
#embed "../../Stdlib/experiment/slurm.lua"
};
FILE_BYTES(experiment_store) {
#embed "../../Stdlib/experiment/store.lua"
};
FILE_BYTES(experiment_sweep) {
#embed "../../Stdlib/experiment/sweep.lua"
};
FILE_BYTES(experiment_worker) {
#embed "../../Stdlib/experiment/worker.lua"
};
FILE_BYTES(host_annotations) {
#embed "../../Stdlib/host/annotations.lua"
};
FILE_BYTES(host_certificates) {
#embed "../../Stdlib/host/certificates.lua"
};
FILE_BYTES(host_criteria) {
#embed "../../Stdlib/host/criteria.lua"
};
FILE_BYTES(host_doctor) {
#embed "../../Stdlib/host/doctor.lua"
};
FILE_BYTES(host_formats) {
#embed "../../Stdlib/host/formats.lua"
};
FILE_BYTES(host_help) {
#embed "../../Stdlib/host/help.lua"
};
FILE_BYTES(host_library) {
#embed "../../Stdlib/host/library.lua"
};
FILE_BYTES(host_pipe) {
#embed "../../Stdlib/host/pipe.lua"
};
FILE_BYTES(host_reference) {
#embed "../../Stdlib/host/reference.lua"
};
FILE_BYTES(host_sandbox) {
#embed "../../Stdlib/host/sandbox.lua"
};
FILE_BYTES(host_shell) {
#embed "../../Stdlib/host/shell.lua"
};
FILE_BYTES(host_shipped) {
#embed "../../Stdlib/host/shipped.lua"
};
FILE_BYTES(host_strict) {
#embed "../../Stdlib/host/strict.lua"
};
FILE_BYTES(host_supports) {
#embed "../../Stdlib/host/supports.lua"
};
FILE_BYTES(host_template) {
#embed "../../Stdlib/host/template.lua"
};
FILE_BYTES(host_verify) {
#embed "../../Stdlib/host/verify.lua"
};
FILE_BYTES(host_workspace) {
#embed "../../Stdlib/host/workspace.lua"
};
FILE_BYTES(manual_idea) {
#embed "../../Stdlib/manual/idea.svg"
};
FILE_BYTES(manual_look) {
#embed "../../Stdlib/manual/look.lua"
};
FILE_BYTES(manual_markup) {
#embed "../../Stdlib/manual/markup.lua"
};
FILE_BYTES(manual_site) {
#embed "../../Stdlib/manual/site.lua"
};
FILE_BYTES(manual_start) {
#embed "../../Stdlib/manual/start.lua"
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
FILE_BYTES(policies_magnitude) {
#embed "../../Stdlib/policies/magnitude.lua"
};
FILE_BYTES(policies_random) {
#embed "../../Stdlib/policies/random.lua"
};
FILE_BYTES(policies_snip) {
#embed "../../Stdlib/policies/snip.lua"
};
FILE_BYTES(policies_taylor) {
#embed "../../Stdlib/policies/taylor.lua"
};
FILE_BYTES(policies_wanda) {
#embed "../../Stdlib/policies/wanda.lua"
};
FILE_BYTES(policies_obd) {
#embed "../../Stdlib/policies/obd.lua"
};
FILE_BYTES(policies_obs) {
#embed "../../Stdlib/policies/obs.lua"
};
FILE_BYTES(policies_bound_aware) {
#embed "../../Stdlib/policies/bound_aware.lua"
};
FILE_BYTES(policies_interval_width) {
#embed "../../Stdlib/policies/interval_width.lua"
};
FILE_BYTES(policies_margin_aware) {
#embed "../../Stdlib/policies/margin_aware.lua"
};
FILE_BYTES(policies_stability) {
#embed "../../Stdlib/policies/stability.lua"
};
FILE_BYTES(kernel_cell) {
#embed "../../Stdlib/kernel/cell.lua"
};
FILE_BYTES(kernel_channels) {
#embed "../../Stdlib/kernel/channels.lua"
};
FILE_BYTES(kernel_debugging) {
#embed "../../Stdlib/kernel/debugging.lua"
};
FILE_BYTES(kernel_dumped) {
#embed "../../Stdlib/kernel/dumped.lua"
};
FILE_BYTES(kernel_display) {
#embed "../../Stdlib/kernel/display.lua"
};
FILE_BYTES(kernel_html) {
#embed "../../Stdlib/kernel/html.lua"
};
FILE_BYTES(kernel_install) {
#embed "../../Stdlib/kernel/install.lua"
};
FILE_BYTES(kernel_look) {
#embed "../../Stdlib/kernel/look.lua"
};
FILE_BYTES(kernel_picture) {
#embed "../../Stdlib/kernel/picture.lua"
};
FILE_BYTES(kernel_rich) {
#embed "../../Stdlib/kernel/rich.lua"
};
FILE_BYTES(kernel_serve) {
#embed "../../Stdlib/kernel/serve.lua"
};
FILE_BYTES(nn_progress) {
#embed "../../Stdlib/nn/progress.lua"
};
FILE_BYTES(plot_terminal) {
#embed "../../Stdlib/plot/terminal.lua"
};
FILE_BYTES(plot_tex) {
#embed "../../Stdlib/plot/tex.lua"
};
FILE_BYTES(policy_context) {
#embed "../../Stdlib/policy/context.lua"
};
FILE_BYTES(policy_find) {
#embed "../../Stdlib/policy/find.lua"
};
FILE_BYTES(policy_run) {
#embed "../../Stdlib/policy/run.lua"
};
FILE_BYTES(policy_trial) {
#embed "../../Stdlib/policy/trial.lua"
};
FILE_BYTES(prompt_aids) {
#embed "../../Stdlib/prompt/aids.lua"
};
FILE_BYTES(prompt_colour) {
#embed "../../Stdlib/prompt/colour.lua"
};
FILE_BYTES(prompt_commands) {
#embed "../../Stdlib/prompt/commands.lua"
};
FILE_BYTES(prompt_complete) {
#embed "../../Stdlib/prompt/complete.lua"
};
FILE_BYTES(prompt_debugger) {
#embed "../../Stdlib/prompt/debugger.lua"
};
FILE_BYTES(prompt_dialogue) {
#embed "../../Stdlib/prompt/dialogue.lua"
};
FILE_BYTES(prompt_explain) {
#embed "../../Stdlib/prompt/explain.lua"
};
FILE_BYTES(prompt_faults) {
#embed "../../Stdlib/prompt/faults.lua"
};
FILE_BYTES(prompt_format) {
#embed "../../Stdlib/prompt/format.lua"
};
FILE_BYTES(prompt_globals) {
#embed "../../Stdlib/prompt/globals.lua"
};
FILE_BYTES(prompt_inputs) {
#embed "../../Stdlib/prompt/inputs.lua"
};
FILE_BYTES(prompt_measure) {
#embed "../../Stdlib/prompt/measure.lua"
};
FILE_BYTES(prompt_objects) {
#embed "../../Stdlib/prompt/objects.lua"
};
FILE_BYTES(prompt_reload) {
#embed "../../Stdlib/prompt/reload.lua"
};
FILE_BYTES(prompt_running) {
#embed "../../Stdlib/prompt/running.lua"
};
FILE_BYTES(prompt_session) {
#embed "../../Stdlib/prompt/session.lua"
};
FILE_BYTES(prompt_transcript) {
#embed "../../Stdlib/prompt/transcript.lua"
};
FILE_BYTES(script_command_line) {
#embed "../../Stdlib/script/command_line.lua"
};
FILE_BYTES(script_declaration) {
#embed "../../Stdlib/script/declaration.lua"
};
FILE_BYTES(statistics_clusters) {
#embed "../../Stdlib/statistics/clusters.lua"
};
FILE_BYTES(statistics_normal) {
#embed "../../Stdlib/statistics/normal.lua"
};
FILE_BYTES(statistics_ranks) {
#embed "../../Stdlib/statistics/ranks.lua"
};
FILE_BYTES(surrogate_copies) {
#embed "../../Stdlib/surrogate/copies.lua"
};
FILE_BYTES(surrogate_gradients) {
#embed "../../Stdlib/surrogate/gradients.lua"
};
FILE_BYTES(surrogate_optimize) {
#embed "../../Stdlib/surrogate/optimize.lua"
};
FILE_BYTES(surrogate_passes) {
#embed "../../Stdlib/surrogate/passes.lua"
};
FILE_BYTES(surrogate_pieces) {
#embed "../../Stdlib/surrogate/pieces.lua"
};
FILE_BYTES(surrogate_pupil) {
#embed "../../Stdlib/surrogate/pupil.lua"
};
FILE_BYTES(surrogate_refine) {
#embed "../../Stdlib/surrogate/refine.lua"
};
FILE_BYTES(surrogate_samples) {
#embed "../../Stdlib/surrogate/samples.lua"
};
FILE_BYTES(property_box) {
#embed "../../Stdlib/property/box.lua"
};
FILE_BYTES(surrogate_search) {
#embed "../../Stdlib/surrogate/search.lua"
};
FILE_BYTES(surrogate_stages) {
#embed "../../Stdlib/surrogate/stages.lua"
};
FILE_BYTES(templates_experiment) {
#embed "../../Stdlib/templates/experiment.lua"
};
FILE_BYTES(templates_model) {
#embed "../../Stdlib/templates/model.lua"
};
FILE_BYTES(templates_policy) {
#embed "../../Stdlib/templates/policy.lua"
};
FILE_BYTES(solvers_gurobi) {
#embed "../../Stdlib/solvers/gurobi.py"
};

#define FILE(name) {#name ".lua", name, sizeof name}
#define FILE_IN(folder, name) {#folder "/" #name ".lua", folder##_##name, sizeof folder##_##name}

static const vnn_stdlib_file files[] = {
    FILE(certificate), FILE(distance), FILE(document), FILE(experiment), FILE(facts), FILE(names), FILE(plot),
    FILE(policy), FILE(portfolio), FILE(property), FILE(protocol), FILE(report), FILE(schedule), FILE(script), FILE(settings),
    FILE(statistics), FILE(surrogate), FILE(tighten), FILE(verdict),
    FILE_IN(experiment, code), FILE_IN(experiment, command), FILE_IN(experiment, folder), FILE_IN(experiment, message),
    FILE_IN(experiment, origin), FILE_IN(experiment, plan), FILE_IN(experiment, progress), FILE_IN(experiment, slurm),
    FILE_IN(experiment, store), FILE_IN(experiment, sweep), FILE_IN(experiment, worker),
    FILE_IN(host, annotations), FILE_IN(host, certificates), FILE_IN(host, criteria),
    FILE_IN(host, doctor), FILE_IN(host, formats), FILE_IN(host, help), FILE_IN(host, library), FILE_IN(host, pipe),
    FILE_IN(host, reference), FILE_IN(host, sandbox), FILE_IN(host, shell), FILE_IN(host, shipped), FILE_IN(host, strict),
    FILE_IN(host, supports), FILE_IN(host, template), FILE_IN(host, verify), FILE_IN(host, workspace),
    FILE_IN(kernel, cell), FILE_IN(kernel, channels), FILE_IN(kernel, debugging), FILE_IN(kernel, display),
    FILE_IN(kernel, dumped), FILE_IN(kernel, html),
    FILE_IN(kernel, install), FILE_IN(kernel, look), FILE_IN(kernel, picture), FILE_IN(kernel, rich),
    FILE_IN(kernel, serve),
    FILE_IN(manual, look), FILE_IN(manual, markup), FILE_IN(manual, site), FILE_IN(manual, start),
    FILE_IN(meta, data), FILE_IN(meta, json), FILE_IN(meta, milp), FILE_IN(meta, nn), FILE_IN(meta, prune),
    FILE_IN(meta, random), FILE_IN(meta, system), FILE_IN(meta, tensor), FILE_IN(meta, verify),
    // In the order in which scripts are told of them.
    FILE_IN(policies, magnitude), FILE_IN(policies, random), FILE_IN(policies, snip), FILE_IN(policies, taylor),
    FILE_IN(policies, wanda), FILE_IN(policies, obd), FILE_IN(policies, obs), FILE_IN(policies, bound_aware),
    FILE_IN(policies, interval_width), FILE_IN(policies, margin_aware), FILE_IN(policies, stability),
    FILE_IN(nn, progress), FILE_IN(plot, terminal), FILE_IN(plot, tex), FILE_IN(policy, context), FILE_IN(policy, find), FILE_IN(policy, run),
    FILE_IN(policy, trial),
    FILE_IN(prompt, aids), FILE_IN(prompt, colour), FILE_IN(prompt, commands), FILE_IN(prompt, complete),
    FILE_IN(prompt, debugger), FILE_IN(prompt, dialogue), FILE_IN(prompt, explain), FILE_IN(prompt, faults),
    FILE_IN(prompt, format), FILE_IN(prompt, globals),
    FILE_IN(prompt, inputs), FILE_IN(prompt, measure), FILE_IN(prompt, objects), FILE_IN(prompt, reload),
    FILE_IN(prompt, running), FILE_IN(prompt, session), FILE_IN(prompt, transcript),
    FILE_IN(property, box), FILE_IN(script, command_line), FILE_IN(script, declaration),
    FILE_IN(statistics, clusters), FILE_IN(statistics, normal), FILE_IN(statistics, ranks),
    FILE_IN(surrogate, copies), FILE_IN(surrogate, gradients), FILE_IN(surrogate, optimize), FILE_IN(surrogate, passes),
    FILE_IN(surrogate, pieces), FILE_IN(surrogate, pupil), FILE_IN(surrogate, refine), FILE_IN(surrogate, samples),
    FILE_IN(surrogate, search), FILE_IN(surrogate, stages),
    FILE_IN(templates, experiment), FILE_IN(templates, model), FILE_IN(templates, policy),
    {"manual/idea.svg", manual_idea, sizeof manual_idea},
    {"solvers/gurobi.py", solvers_gurobi, sizeof solvers_gurobi},
};

const vnn_stdlib_file *vnn_stdlib_files(void) { return files; }
size_t vnn_stdlib_count(void) { return sizeof files / sizeof files[0]; }
