--- What the report of a comparison of policies says of made-up rows.
package.path = "Scripts/experiments/?.lua;" .. package.path
local report = require "comparison.report"
local summary = require "comparison.summary"
local system = require "vnn.system"
local checks = require "support.checks"
local check = checks.check

local options = {
  policies = { "magnitude", "snip", "wanda" }, rates = { 0.9 }, baseline = "magnitude", solver = "glpk",
  ["repeat"] = 1,
}

local function row(problem, policy, fields)
  local made = {
    architecture = "2x32", training_seed = 2, problem = problem, policy = policy, rate = policy and 0.9, time_limit = 2,
    limit_in = "processor", repetition = 1, verdict = fields.hit_s and "adversarial" or "unknown",
    found = fields.hit_s ~= nil, hit_processor_s = fields.hit_s, prune_processor_s = 0.001, accuracy = 0.5,
    binaries = 3, status = "stopped",
  }
  for name, value in pairs(fields) do made[name] = value end
  return made
end

--- What is printed about rows.
local function told(rows, failures, changed, context)
  local lines, print_before = {}, print
  rawset(_G, "print", function(...) lines[#lines + 1] = table.concat({ ... }, "\t") end)
  local asked = {}
  for name, value in pairs(options) do asked[name] = value end
  for name, value in pairs(changed or {}) do asked[name] = value end
  local done, message = pcall(report, rows, asked, context or { failures = failures or {}, total = #rows })
  rawset(_G, "print", print_before)
  assert(done, message)
  return table.concat(lines, "\n")
end

-- A policy that fails, on some problems or on all.
local failures = {
  row(2, "snip", { failure = "snip broke" }), row(1, "wanda", { failure = "wanda broke" }),
  row(2, "wanda", { failure = "wanda broke again" }),
}
local text = told({
  row(1, nil, { hit_s = 0.2 }), row(2, nil, { hit_s = 0.2 }), row(1, "magnitude", { hit_s = 0.1 }),
  row(2, "magnitude", { hit_s = 0.1 }), row(1, "snip", { hit_s = 0.1 }),
}, failures)
check(text:find "\nsnip +0%.9 +1 of 2 %(1 failed%)", text)
check(text:find "\nwanda +0%.9 +0 of 2 %(2 failed%)", text)
check(text:find("snip 0.9: 1 of 2 cases failed: snip broke", 1, true), text)
check(text:find("wanda 0.9: 2 of 2 cases failed: wanda broke", 1, true) and not text:find "broke again", text)
check(text:find("magnitude 0.9: 0.10 s of processor time to a witness; 0.50 of dense's (2 images: no test).", 1, true),
  text)
check(text:find("snip 0.9: 0.10 s of processor time to a witness; 0.50 of dense's (1 image: no test), ", 1, true), text)
check(not text:find("Warning", 1, true), text)
check(told({}, failures):find("nothing to compare: snip 0.9: 1 of 1 cases failed: snip broke", 1, true))

-- A solver that failed is no limit and no proof; dense networks that it failed on are nobody's gain.
local failed = { status = "infeasible" }
check(summary.ending(row(1, nil, failed)) == "solver failed" and summary.ending(row(1, nil, {})) == "stopped")
check(summary.ending(row(1, nil, { status = "limit" })) == "limit" and not summary.ending(row(1, nil, { hit_s = 1 })))
check(summary.ending(row(1, nil, { verdict = "robust", status = "optimal" })) == nil)
text = told {
  row(1, nil, failed), row(2, nil, { hit_s = 0.2 }), row(1, "magnitude", { hit_s = 0.3 }),
  row(2, "magnitude", { hit_s = 0.3 }), row(1, "snip", failed), row(2, "snip", { hit_s = 0.1 }),
}
check(text:find("glpk failed on 1 of 2 dense models, which are left out of the comparison of times, and on 1 of 4", 1,
  true), text)
check(text:find "\nmagnitude +0%.9 +2 of 2 .* 0 %% " and text:find "\nsnip +0%.9 +1 of 2 [^\n]* 100 %% ", text)

-- No baseline, no test.
text = told { row(1, nil, { hit_s = 0.2 }), row(1, "snip", { hit_s = 0.1 }) }
check(text:find("The baseline magnitude is not among the rows", 1, true) and not text:find("+0 -0", 1, true), text)
check(text:find "\nsnip +0%.9 .* 0%.50 +%- +%- ", text)

-- Seeds are named where there are several; what is missing for a test is said.
local seeds = { seeds = { "2", "3" } }
check(summary.place(row(1, nil, {}), seeds) == "2x32, seed 2, problem 1")
check(summary.place(row(1, nil, {}), { seeds = { "2" } }) == "2x32, problem 1")
text = told({
  row(1, nil, {}), row(1, nil, { training_seed = 3 }), row(1, "magnitude", {}),
  row(1, "magnitude", { training_seed = 3 }), row(1, "snip", { hit_s = 0.1 }),
  row(1, "snip", { training_seed = 3, hit_s = 0.1 }),
}, {}, seeds)
check(text:find("More witnesses than magnitude: snip at rate 0.9 (2, +2 -0, none: of 1 image)", 1, true), text)
check(text:find("Problems of 1 image differ at most, and fewer than 6 can show nothing at 5 %", 1, true), text)

-- Images are the units: six problems of one image are one observation, and six of six are six. Chances are adjusted for
-- all policies, and the noise is that of dense runs.
local function six(same_image)
  local rows = {}
  for number = 1, 6 do
    local function add(policy, fields)
      rows[#rows + 1] = row(same_image and 1 or number, policy, fields)
      if same_image then rows[#rows].training_seed = number end
    end
    add(nil, { hit_s = 0.2 })
    add(nil, { hit_s = 0.25, repetition = 2 })
    add("magnitude", {})
    add("snip", { hit_s = 0.1 * number })
    add("wanda", { hit_s = number < 6 and 0.1 or nil })
  end
  return told(rows, {}, { seeds = { "1", "2", "3", "4", "5", "6" } })
end
text = six(false)
check(text:find("snip +0.9 +6 of 6 [^\n]* 17 %% ") and text:find("+6 -0, p = 0.0312 (0.0625)", 1, true), text)
check(text:find("+5 -0, none: of 5 images", 1, true), text)
check(text:find("No difference is significant at 5 %", 1, true), text)
check(text:find("differ by a factor of up to 1.25 on 95 % of the problems", 1, true), text)
check(six(true):find("+6 -0, none: of 1 image", 1, true))

-- What comes with its pruning after the limit of the dense run is no witness.
text = told({
  row(1, nil, {}), row(1, "magnitude", { hit_s = 1.5 }), row(1, "snip", { hit_s = 1.9, hit_processor_s = 2.1 }),
  row(1, "wanda", { hit_s = 2.5, hit_processor_s = 1.9 }),
})
check(text:find "\nsnip +0%.9 +0 of 1 [^\n]* 0 %% " and text:find "\nwanda +0%.9 +1 of 1 [^\n]* 100 %% ", text)

-- Of repetitions the median counts, and a case without a hit in most of them has none.
text = told({
  row(1, nil, { hit_s = 1 }), row(1, "snip", { hit_s = 0.4 }), row(1, "snip", { repetition = 2 }),
  row(1, "snip", { hit_s = 0.2, repetition = 3 }), row(1, "wanda", {}), row(1, "wanda", { repetition = 2 }),
  row(1, "wanda", { hit_s = 0.1, repetition = 3 }),
}, {}, { ["repeat"] = 3 })
check(text:find "\nsnip +0%.9 +1 of 1 +0%.40 s [^\n]* 100 %%" and text:find "\nwanda +0%.9 +0 of 1 ", text)

-- Each policy is tested against the dense network and the baseline, a direction is claimed only where chance would
-- hardly make it, and what disturbs the measurement is told.
local function measured(fields)
  local rows, ratios = {}, { 1.2, 0.9, 1.1, 0.8, 1.3, 0.7, 1.05, 0.95 }
  for number, ratio in ipairs(ratios) do
    local function add(policy, seconds, more)
      rows[#rows + 1] = row(number, policy, { hit_s = seconds })
      for key, value in pairs(more or {}) do rows[#rows][key] = value end
    end
    add(nil, 0.4)
    add("magnitude", 0.4 * ratio)
    add("snip", 0.1, fields)
  end
  return told(rows)
end
text = measured()
local begins = "%s 0.9: %s s of processor time to a witness; "
check(text:find(begins:format("magnitude", "0.40") .. "1.00 of dense's (no difference, p = 0.8438).", 1, true), text)
local snip = "0.25 of dense's (faster, p = 0.0156), 0.25 of magnitude's (faster, p = 0.0078)."
check(text:find(begins:format("snip", "0.10") .. snip, 1, true), text)
check(not text:find("slower", 1, true) and not text:find("Warning", 1, true), text)
text = measured { run = "another", hit_processor_s = 0.05 }
check(text:find("Warning: wall and processor time part: snip 0.9 (2.00).", 1, true), text)
check(text:find("Warning: 16 of 24 comparisons of times are of rows from different runs", 1, true), text)

-- What a policy has left though the rate asks for it; rows from before do not say it.
text = told {
  row(1, "magnitude", { hit_s = 1, removed = 0.88 }), row(1, "snip", { hit_s = 1, removed = 0 }), row(1, "wanda", {}),
}
local missed = "Warning: snip 0.9: 0 % of the hidden layers' weights are removed, and the rate asks for 90 %."
check(text:find(missed, 1, true), text)
check(select(2, text:gsub("Warning", "")) == 1, text)

-- The picture has an interval only where the images give one.
local folder = assert(system.temporary_folder())
local function drawn(count)
  local rows = {}
  for number = 1, count do
    rows[2 * number - 1], rows[2 * number] = row(number, nil, { hit_s = 1 }), row(number, "snip", {})
  end
  rows[2] = row(1, "snip", { hit_s = 1 })
  told(rows, {}, { dataset = "digits", side = 18, time_limit = 2, limit_in = "processor" }, {
    failures = {}, total = #rows, folder = folder.path, command = function() return "vnnlua" end,
  })
  local page = system.read_file(folder.path .. "/report/report.md")
  return system.read_file(folder.path .. "/report/found.gp"), page, page:find("There are no plots", 1, true)
end
local script, page, lacks_plots = drawn(5)
check(not script:find("$intervals", 1, true) and not script:find("errorbars lc", 1, true), script)
check(lacks_plots or page:find("There are no intervals: these take 6 images or more that do not all agree.", 1, true))
script, page, lacks_plots = drawn(6)
check(script:find "%$intervals << END\n[%d.]+ 1 [%d.]+ [%d.]+\nEND\n", script)
check(script:find("$intervals using", 1, true), script)
check(lacks_plots or page:find("their unit, where there are 6 images or more that do not all agree.", 1, true))

checks.finish()
