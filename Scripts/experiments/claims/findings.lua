--- The paper's findings (i) to (xiii) and its conclusions (I) to (V): what each claims, in parts that can be tested,
--- and the paper's own number for each, from its tables.
local grid = require "paper.grid"
local kinds = require "paper.kinds"
local pairing = require "paper.pairs"
local printed = require "paper.printed"
local settings = require "vnn.settings"
local values = require "claims.values"

---@class claims.Finding
---@field id string
---@field text string
---@field parts claims.Part[]? of an observation
---@field rests_on string[]? of a conclusion: the observations that it is drawn from
---@field is_ours boolean? whether it is one of `claims.questions`

local lowest, highest = grid.rates[1], grid.rates[#grid.rates]
local both = { false, true }

--- The pairs pruned by magnitude with these values besides.
local function magnitude(list, wanted)
  return pairing.select(list, settings.joined({ method = "magnitude" }, wanted or {}))
end

--- One cell for each of `choices` of a field: an empty one, where nothing of it has run, leaves the part untested.
local function cells(list, field, choices, read)
  local all = {}
  for position, choice in ipairs(choices) do all[position] = values.of(list, { [field] = choice }, read) end
  return all
end

--- One cell, of all the lists of values; an empty one, where nothing of some has run.
local function pooled(lists)
  local all = {}
  for _, list in ipairs(lists) do
    if #list == 0 then return { {} } end
    table.move(list, 1, #list, #all + 1, all)
  end
  return { all }
end

--- What one rate brings over another, in a cell of networks that are not finetuned and one of those that are.
local function rates(list, first, second, read)
  local chosen = magnitude(list, { structure = "unstructured" })
  return cells(pairing.select(chosen, { rate = first }), "finetuned", both, values.over(chosen, "rate", second, read))
end

--- What finetuning brings to networks of a structure.
local function finetuning(list, structure)
  local chosen = magnitude(list, { structure = structure })
  return chosen, values.over(chosen, "finetuned", false, values.faster)
end

--- How an effect grows from the lowest rate to the highest, of the pairs with the given values.
local function growth(list, wanted, effect)
  return { values.of(list, settings.joined(wanted, { rate = highest }), values.over(list, "rate", lowest, effect)) }
end

--- What one size of the networks brings over another.
local function sizes(list, field, first, second)
  local chosen = magnitude(list, { finetuned = false })
  return { values.of(chosen, { [field] = first }, values.over(chosen, field, second, values.faster)) }
end

--- A row of one of the paper's tables, as shares by rate.
local function row(rows, name)
  for _, line in ipairs(rows) do
    if line[1] == name then
      local shares = {}
      for column, rate in ipairs(grid.rates) do shares[rate] = tonumber((line[column + 1]:match "[%d.]+")) / 100 end
      return shares
    end
  end
  error("the paper has no row " .. name)
end

--- The mean of a row over rates, all without a list.
local function mean(shares, of)
  local sum = 0
  for _, rate in ipairs(of or grid.rates) do sum = sum + shares[rate] end
  return sum / #(of or grid.rates)
end

--- The two parts of a finding about what finetuning brings to a structure, and how that grows with the rate; the
--- paper's shares without it and with it.
local function finetuning_parts(structure, claims, without, with)
  return {
    {
      name = structure,
      text = ("share that is faster finetuned, less that without; %s, all rates"):format(structure),
      claims = claims,
      paper = mean(with) - mean(without),
      cells = function(list)
        local chosen, effect = finetuning(list, structure)
        return { values.of(chosen, { finetuned = true }, effect) }
      end,
    },
    {
      name = structure .. ", growth",
      text = ("that at rate %g, less that at %g; %s"):format(highest, lowest, structure),
      claims = claims,
      paper = with[highest] - without[highest] - with[lowest] + without[lowest],
      cells = function(list)
        local chosen, effect = finetuning(list, structure)
        return growth(chosen, { finetuned = true }, effect)
      end,
    },
  }
end

local function least(shares)
  local minimum = math.huge
  for _, rate in ipairs(grid.rates) do minimum = math.min(minimum, shares[rate]) end
  return minimum
end

local plain = row(printed.first, "unstructured, not finetuned")
local tuned = row(printed.first, "unstructured, finetuned")
local structured = row(printed.first, "structured, not finetuned")
local structured_tuned = row(printed.first, "structured, finetuned")

local function size(name) return mean(row(printed.second, name)) end

return {
  {
    id = "i",
    text = "Adversarial inputs are found faster on most problems, whatever the rate, finetuned or not.",
    parts = {
      {
        name = "most",
        text = "share of problems on which the pruned run is faster, less a half; all rates, finetuned or not",
        claims = "above",
        paper = (mean(plain) + mean(tuned)) / 2 - 0.5,
        cells = function(list) return { values.of(list, kinds.magnitude("unstructured"), values.most) } end,
      },
      {
        name = "where any",
        text = "the same, of the problems on which either run finds something: the others have nothing to be faster"
          .. " at (our question, which counts for no verdict)",
        claims = "above",
        is_ours = true,
        cells = function(list)
          return { values.of(list, kinds.magnitude("unstructured"), values.most_where_found) }
        end,
      },
      {
        name = "every rate",
        text = "of all problems, at the rate that shows it least",
        claims = "above",
        paper = math.min(least(plain), least(tuned)) - 0.5,
        cells = function(list)
          local all = {}
          for _, finetuned in ipairs(both) do
            local chosen = magnitude(list, { structure = "unstructured", finetuned = finetuned })
            for _, cell in ipairs(cells(chosen, "rate", grid.rates, values.most)) do all[#all + 1] = cell end
          end
          return all
        end,
      },
    },
  },
  {
    id = "ii",
    text = "Where the direct solve finds nothing in time, a small pruning rate helps.",
    parts = {
      {
        name = "more finds",
        text = ("share with a find at rate %g, less that of the direct solve, over all problems, so that what it loses"
          .. " elsewhere counts against it; not finetuned"):format(lowest),
        claims = "above",
        cells = function(list)
          local chosen = magnitude(list, { structure = "unstructured", finetuned = false })
          return { values.of(chosen, { rate = lowest }, values.found_more) }
        end,
      },
    },
  },
  {
    id = "iii",
    text = "The share that is faster grows with the rate up to a peak at 0.9, then falls, finetuned or not.",
    parts = {
      {
        name = "rise",
        text = "share that is faster at rate 0.9, less that at 0.3; finetuned or not, which shows it less",
        claims = "above",
        paper = math.min(plain[0.9] - plain[0.3], tuned[0.9] - tuned[0.3]),
        cells = function(list) return rates(list, 0.9, 0.3, values.faster) end,
      },
      {
        name = "fall",
        text = "share that is faster at rate 0.9, less that at 0.95; likewise",
        claims = "above",
        paper = math.min(plain[0.9] - plain[0.95], tuned[0.9] - tuned[0.95]),
        cells = function(list) return rates(list, 0.9, 0.95, values.faster) end,
      },
    },
  },
  {
    id = "iv",
    text = "At higher rates the gain in time is larger, and fewer runs find something.",
    parts = {
      {
        name = "larger gain",
        text = ("logarithm of pruned over dense time at rate %g, less that at %g, where all three runs find something;"
          .. " finetuned or not, which shows it less"):format(highest, lowest),
        unit = "logarithm",
        claims = "below",
        cells = function(list) return rates(list, highest, lowest, values.log_ratio) end,
      },
      {
        name = "fewer finds",
        text = ("share with a find at rate %g, less that at %g; likewise"):format(highest, lowest),
        claims = "below",
        cells = function(list) return rates(list, highest, lowest, values.found) end,
      },
    },
  },
  {
    id = "v",
    text = "A network that hardly classifies any more still leads to adversarial inputs, and faster.",
    parts = {
      {
        name = "inaccurate",
        text = "share that is faster, less a half, through networks that are right on at most 30 % of the test images;"
          .. " not finetuned",
        claims = "above",
        cells = function(list)
          return {
            values.of(list, kinds.magnitude("unstructured", false), function(pair)
              return pair.pruned.embedded_accuracy <= 0.3 and values.most(pair) or nil
            end),
          }
        end,
      },
    },
  },
  {
    id = "vi",
    text = "At the lowest rates (MNIST 0.3; Fashion-MNIST 0.3, 0.5, 0.8) it is better not to finetune.",
    parts = {
      {
        name = "lowest rates",
        text = "share that is faster finetuned, less that without",
        claims = "below",
        cells = function(list)
          local chosen, effect = finetuning(list, "unstructured")
          local lists = {}
          for _, choice in ipairs { { "mnist", 0.3 }, { "fashion", 0.3 }, { "fashion", 0.5 }, { "fashion", 0.8 } } do
            local wanted = { dataset = choice[1], rate = choice[2], finetuned = true }
            lists[#lists + 1] = values.of(chosen, wanted, effect)
          end
          return pooled(lists)
        end,
      },
    },
  },
  {
    id = "vii",
    text = "At higher rates but the highest finetuning changes the share by less than ten points.",
    parts = {
      {
        name = "about equal",
        text = "share that is faster finetuned, less that without, at rate 0.9; holds where that is shown to be within"
          .. " ten points of 0",
        claims = "near",
        margin = 0.1,
        paper = tuned[0.9] - plain[0.9],
        cells = function(list)
          local chosen, effect = finetuning(list, "unstructured")
          return { values.of(chosen, { rate = 0.9, finetuned = true }, effect) }
        end,
      },
    },
  },
  {
    id = "viii",
    text = "With the time of finetuning, solving directly is generally faster.",
    parts = {
      {
        name = "finetuning counted",
        text = "share on which the finetuned network is faster with its finetuning, less that on which the direct"
          .. " solve is",
        claims = "below",
        cells = function(list)
          return { values.of(list, kinds.magnitude("unstructured", true), values.faster_with_pruning) }
        end,
      },
    },
  },
  {
    id = "ix",
    text = "At the two lowest rates structured pruning is faster on more problems than unstructured.",
    parts = {
      {
        name = "structured",
        text = "share that is faster structured, less that unstructured; rates 0.3 and 0.5, not finetuned",
        claims = "above",
        paper = mean(structured, { 0.3, 0.5 }) - mean(plain, { 0.3, 0.5 }),
        cells = function(list)
          local chosen = magnitude(list, { finetuned = false })
          local effect = values.over(chosen, "structure", "unstructured", values.faster)
          return pooled(cells(pairing.select(chosen, { structure = "structured" }), "rate", { 0.3, 0.5 }, effect))
        end,
      },
    },
  },
  {
    id = "x",
    text = "At every rate structured pruning finds on fewer problems.",
    parts = {
      {
        name = "every rate",
        text = "share with a find structured, less that unstructured, at the rate that shows it least; not finetuned",
        claims = "below",
        cells = function(list)
          local chosen = magnitude(list, { finetuned = false })
          local effect = values.over(chosen, "structure", "unstructured", values.found)
          return cells(pairing.select(chosen, { structure = "structured" }), "rate", grid.rates, effect)
        end,
      },
    },
  },
  {
    id = "xi",
    text = "Finetuning helps unstructured pruning, the more the higher the rate; with structured it is the opposite.",
    parts = table.move(finetuning_parts("structured", "below", structured, structured_tuned), 1, 2, 3,
      finetuning_parts("unstructured", "above", plain, tuned)),
  },
  {
    id = "xii",
    text = "Pruning by magnitude is better than at random, the more so the higher the rate.",
    parts = {
      {
        name = "magnitude",
        text = "share that is faster by magnitude, less that at random; unstructured, not finetuned, all rates",
        claims = "above",
        cells = function(list)
          local chosen = pairing.select(list, { structure = "unstructured", finetuned = false })
          local effect = values.over(chosen, "method", "random", values.faster)
          return { values.of(chosen, { method = "magnitude" }, effect) }
        end,
      },
      {
        name = "growth",
        text = ("that at rate %g, less that at %g"):format(highest, lowest),
        claims = "above",
        cells = function(list)
          local chosen = pairing.select(list, { structure = "unstructured", finetuned = false })
          return growth(chosen, { method = "magnitude" }, values.over(chosen, "method", "random", values.faster))
        end,
      },
    },
  },
  {
    id = "xiii",
    text = "The gain is larger for smaller inputs and for fewer layers; the width does not matter clearly.",
    parts = {
      {
        name = "inputs",
        text = "share that is faster at side 18, less that at 28; by magnitude, not finetuned, both structures",
        claims = "above",
        paper = size "side 18" - size "side 28",
        cells = function(list) return sizes(list, "side", 18, 28) end,
      },
      {
        name = "layers",
        text = "share that is faster with two hidden layers, less that with four; likewise",
        claims = "above",
        paper = size "hidden layers 2" - size "hidden layers 4",
        cells = function(list) return sizes(list, "layers", 2, 4) end,
      },
      {
        name = "width",
        text = "share that is faster at width 32, less that at 64; likewise; holds where that is shown to be within"
          .. " ten points of 0",
        claims = "near",
        margin = 0.1,
        paper = size "width 32" - size "width 64",
        cells = function(list) return sizes(list, "width", 32, 64) end,
      },
    },
  },
  { id = "I", text = "The approach pays in time and in problems solved.", rests_on = { "i", "ii" } },
  { id = "II", text = "The rate can be chosen: for many finds, or for fast ones.", rests_on = { "ii", "iii", "iv" } },
  {
    id = "III",
    text = "The pruned network need not classify well; finetuning pays only where its cost is shared.",
    rests_on = { "v", "vi", "vii", "viii" },
  },
  {
    id = "IV",
    text = "Structured pruning is an option at low rates, without finetuning.",
    rests_on = { "ix", "x", "xi" },
  },
  {
    id = "V",
    text = "What is pruned matters, and may matter more in larger networks (the former is tested).",
    rests_on = { "xii" },
  },
}
