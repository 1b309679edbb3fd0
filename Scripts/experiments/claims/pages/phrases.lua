--- What the pages say of a subject, for whatever it turns out to be: each phrase has a subject, as `claims.page` reads
--- it between braces, and a sentence for each word that this may come to. Findings of the paper come to a verdict,
--- everything else to the outcome of its test; "absent" is said without rows, and "otherwise" for every other word.

--- Sentences for a finding of the paper.
local function finding(about, sentences)
  sentences.about = about
  return sentences
end

--- Sentences for one test. What could not be significant is told from what is not, in words of its own or added ones;
--- so few images that there is no test differ on too few of them, too.
local function test(about, sentences)
  sentences.about = about
  local own = sentences["no room"]
  sentences["no room"] = own or sentences.open and sentences.open .. " Too few differ for a test."
  sentences.untestable = sentences.untestable or own or ""
  sentences.absent = sentences.absent or ""
  return sentences
end

--- Whether pruned copies are faster on most problems.
local function most(protocol)
  local under = ("**Under `%s` "):format(protocol)
  return test(protocol .. " | i | most", {
    holds = under .. "pruned copies are faster on most problems**, as the paper says.",
    opposite = under .. "pruned copies are faster on less than half of all problems.**",
    open = under .. "it is open whether pruned copies are faster on most problems.**",
    ["no room"] = under .. "pruned and dense networks differ on too few images for a test of which are faster on most"
      .. " problems.**",
    absent = ("Under `%s` nothing has been run."):format(protocol),
  })
end

--- Whether they are so at every rate.
local function every_rate(protocol)
  local about = protocol .. " | i | every rate"
  return test(about, {
    holds = ("Under `%s` they are so at every rate."):format(protocol),
    opposite = ("Under `%s` there is a rate at which they are faster on less than half of all problems: {%s}."):format(
      protocol, about),
    open = ("That they are so at every rate under `%s` has not been shown."):format(protocol),
  })
end

--- Whether a measure of surrogates tells more than their accuracy.
local function over_accuracy(base, measure, what)
  local about = ("predictor | %s | made of the dense network | %s | over accuracy"):format(base, measure)
  local subject = ("Under `%s` %s "):format(base, what)
  return test(about, {
    holds = ("%stells more than accuracy, by {%s} of Somers' D."):format(subject, about),
    opposite = subject .. "tells less than accuracy.",
    open = subject .. "does not tell significantly more or less than accuracy.",
  })
end

local held_out_policies = "On held-out images of MNIST under `strict` networks pruned by `anchored`, which keeps what"
  .. " acts on the margin between the two classes at the image, "

local held_out = "On the images of `surrogate-or-search`, which nothing was chosen by, the lead of the surrogate under"
  .. " `published` "

local on_highs = "With HiGHS on MNIST at 18 pixels, pruned by magnitude, "

--- Under `published` the classes are the embedded network's, so that the unchanged image may count already.
local searched = "Under `published`, on problems that need a search, "

return {
  ["main claim, strict"] = most("strict"),
  ["every rate, strict"] = every_rate("strict"),
  ["main claim, published"] = most("published"),
  ["every rate, published"] = every_rate("published"),
  ["more finds, strict"] = test("strict | more finds", {
    holds = "Under `strict` pruned copies find more than the dense networks.",
    opposite = "Under `strict` pruned copies find less than the dense networks.",
    open = "Under `strict` neither find significantly more.",
    ["no room"] = "Under `strict` they differ on too few images for a test.",
  }),
  ["more finds, published"] = test("published | more finds", {
    holds = "Under `published` pruned copies find more than the dense networks.",
    opposite = "Under `published` pruned copies find less than the dense networks.",
    open = "Under `published` neither find significantly more.",
    ["no room"] = "Under `published` they differ on too few images for a test.",
  }),
  ["sooner, strict"] = test("strict | sooner", {
    holds = "Where both find something under `strict`, the pruned copy does so sooner, in {strict | sooner | number} of"
      .. " the time.",
    opposite = "Where both find something under `strict`, the dense network does so sooner: pruned over dense time is"
      .. " {strict | sooner | number}.",
    open = "Where both find something under `strict`, neither is significantly sooner: pruned over dense time is"
      .. " {strict | sooner | number}.",
    untestable = "Under `strict` there are too few images on which both find something for a test of which is sooner.",
  }),
  ["candidates, published"] = test("factor | published, candidates relaxations | dense", {
    holds = "**Under `published` dense runs find more once points of node relaxations are tested** beside incumbents.",
    opposite = "Testing points of node relaxations as well makes dense runs under `published` find less.",
    open = "Testing points of node relaxations as well does not significantly change what dense runs find under"
      .. " `published`.",
    ["no room"] = "Testing points of node relaxations as well changes what dense runs find under `published` on too few"
      .. " images for a test.",
  }),
  ["gain of candidates, published"] = test("factor | published, candidates relaxations | gain", {
    holds = "With those points the lead of pruned copies under `published` grows.",
    opposite = "With those points the lead of pruned copies under `published` shrinks.",
    open = "With those points the lead of pruned copies under `published` does not change significantly.",
    ["no room"] = "With those points the lead of pruned copies under `published` changes on too few images for a test.",
  }),
  ["candidates held out, published"] = test("search | published, other candidates and magnitude 0.9", {
    holds = held_out .. "grows once points of node relaxations are tested: {search | published, other candidates and"
      .. " magnitude 0.9} points.",
    opposite = held_out .. "shrinks once points of node relaxations are tested: {search | published, other candidates"
      .. " and magnitude 0.9} points.",
    open = held_out .. "does not change significantly once points of node relaxations are tested.",
    ["no room"] = held_out .. "differs on too few images for a test once points of node relaxations are tested.",
  }),
  ["bounds, strict"] = test("factor | strict, bounds interval, over box | dense", {
    holds = "With interval bounds that ignore epsilon dense runs find more under `strict`.",
    opposite = "With interval bounds that ignore epsilon dense runs find less under `strict`.",
    open = "Interval bounds that ignore epsilon do not significantly change what dense runs find under `strict`.",
    ["no room"] = "With interval bounds that ignore epsilon dense runs under `strict` differ on too few images for a"
      .. " test.",
  }),
  ["bounds, published"] = test("factor | published, bounds backward, over region | gain", {
    holds = "With bounds that know the region the lead of pruned copies under `published` grows.",
    opposite = "With bounds that know the region the lead of pruned copies under `published` shrinks.",
    open = "On the grid's images bounds that know the region do not significantly change the lead of pruned copies"
      .. " under `published`.",
    ["no room"] = "On the grid's images bounds that know the region change the lead of pruned copies under `published`"
      .. " on too few images for a test.",
  }),
  ["bounds held out, published"] = test("search | published, other bounds and magnitude 0.9", {
    holds = held_out .. "grows with bounds that know the region: {search | published, other bounds and magnitude 0.9}"
      .. " points.",
    opposite = held_out .. "shrinks with bounds that know the region: {search | published, other bounds and magnitude"
      .. " 0.9} points.",
    open = held_out .. "does not change significantly with bounds that know the region.",
    ["no room"] = held_out .. "differs on too few images for a test with bounds that know the region.",
  }),
  ["classes, published"] = test("factor | published, classes dense | gain", {
    holds = "**With the dense network's classes the lead of pruned copies under `published` grows.**",
    opposite = "**Part of the lead under `published` is another question**: with the dense network's classes it"
      .. " shrinks.",
    open = "That the classes under `published` are the embedded network's does not significantly change the lead of"
      .. " pruned copies.",
    ["no room"] = "With the dense network's classes the lead of pruned copies under `published` differs on too few"
      .. " images for a test.",
  }),
  ["finetuning counted, strict"] = finding("strict | viii", {
    reproduced = "**Finetuning does not pay for itself under `strict`**: with its time counted the direct solve is"
      .. " faster, as the paper says.",
    ["not"] = "**Finetuning pays for itself under `strict`**, against what the paper says.",
    absent = "",
    otherwise = "Whether finetuning pays for itself under `strict` is not decided.",
  }),
  ["finetuning counted, published"] = finding("published | viii", {
    reproduced = "Under `published` the direct solve is faster with the time of finetuning counted.",
    ["not"] = "Under `published` finetuning pays for itself.",
    absent = "",
    otherwise = "Under `published` it is not decided whether finetuning pays for itself.",
  }),
  ["random or magnitude"] = test("strict | xii | magnitude", {
    holds = "What is pruned matters: under `strict` magnitude is faster than chance on more problems, by"
      .. " {strict | xii | magnitude} points.",
    opposite = "Under `strict` pruning at random is faster than by magnitude on more problems:"
      .. " {strict | xii | magnitude} points.",
    open = "Whether pruning by magnitude is better than at random under `strict` is open.",
    ["no room"] = "Pruning by magnitude and at random differ on too few images for a test under `strict`.",
  }),
  ["gradients, strict"] = test("strict | gradients", {
    holds = "**Gradients come first.** Under `strict` the attack on the dense network finds more than its MILP.",
    opposite = "**The MILP finds more than gradients** under `strict`.",
    open = "**Neither gradients nor the MILP find significantly more** under `strict`.",
    ["no room"] = "**Gradients and the MILP differ on too few images for a test** under `strict`.",
  }),
  ["gradients, published"] = test("published | gradients", {
    holds = "Under `published` gradients find more than the MILP.",
    opposite = "Under `published` the MILP finds more than gradients.",
    open = "Under `published` neither gradients nor the MILP find significantly more.",
    ["no room"] = "Under `published` gradients and the MILP differ on too few images for a test.",
  }),
  ["knowledge"] = test("search | strict: magnitude 0.9 over random weights", {
    holds = "**The surrogate matters.** A network of random weights, as sparse, leads the same search to fewer"
      .. " adversarial inputs under `strict`.",
    opposite = "**A network that knows nothing is the better surrogate** under `strict`.",
    open = "**Whether the surrogate matters is open.** A network of random weights, as sparse, does not lead the same"
      .. " search to significantly more or fewer adversarial inputs under `strict`.",
  }),
  ["knowledge, published"] = test("search | published: magnitude 0.9 over random weights, but for images that count", {
    holds = searched .. "random weights find less than the pruned network, which is ahead of them by"
      .. " {search | published: magnitude 0.9 over random weights, but for images that count}.",
    opposite = searched .. "random weights find more than the pruned network.",
    open = searched .. "random weights and the pruned network do not differ significantly in finds.",
    ["no room"] = searched .. "random weights and the pruned network differ on too few images for a test.",
  }),
  ["search without knowledge"] = test("search | strict: random weights over dense", {
    opposite = "Under `strict` random weights lead to fewer than the dense network.",
    holds = "Under `strict` random weights lead to more than the dense network.",
    open = "Under `strict` random weights do not lead to significantly more or fewer than the dense network.",
  }),
  ["search without knowledge, published"] = test("search | published: random weights over dense, but for images that"
    .. " count", {
    holds = searched .. "random weights find more than the dense network: {search | published: random weights over"
      .. " dense, but for images that count} points.",
    opposite = searched .. "random weights find less than the dense network: {search | published: random weights over"
      .. " dense, but for images that count} points.",
    open = searched .. "random weights do not find significantly more or less than the dense network:"
      .. " {search | published: random weights over dense, but for images that count} points, against"
      .. " {search | published: random weights over dense} over all problems.",
    ["no room"] = searched .. "random weights and the dense network differ on too few images for a test.",
  }),
  ["surrogate over dense"] = test("search | strict: magnitude 0.9 over dense", {
    holds = "Under `strict` the surrogate finds more than the dense network.",
    opposite = "Under `strict` the surrogate finds less than the dense network.",
    open = "Under `strict` neither the surrogate nor the dense network finds significantly more.",
    ["no room"] = "Under `strict` the surrogate and the dense network differ on too few images for a test.",
  }),
  ["surrogate over dense, published"] = test(
    "search | published: magnitude 0.9 over dense, but for images that count", {
      holds = searched .. "the pruned network finds more than the dense one: {search | published: magnitude 0.9 over"
        .. " dense, but for images that count} points.",
      opposite = searched .. "the pruned network finds less than the dense one: {search | published: magnitude 0.9 over"
        .. " dense, but for images that count} points.",
      open = searched .. "neither the pruned nor the dense network finds significantly more.",
      ["no room"] = searched .. "the pruned and the dense network differ on too few images for a test.",
    }),
  ["surrogate sooner"] = test("search | strict: magnitude 0.9 over dense | sooner", {
    holds = "Where both find something the surrogate does so sooner under `strict`, its making counted, in"
      .. " {search | strict: magnitude 0.9 over dense | sooner} of the dense network's time, over both data sets and"
      .. " networks.",
    opposite = "Where both find something the surrogate does so later under `strict`, in"
      .. " {search | strict: magnitude 0.9 over dense | sooner} of the dense network's time.",
    open = "Where both find something neither does so significantly sooner under `strict`.",
  }),
  ["surrogate sooner, published"] = test("search | published: magnitude 0.9 over dense, but for images that count |"
    .. " sooner", {
    holds = searched .. "the surrogate is sooner where both find something, in"
      .. " {search | published: magnitude 0.9 over dense, but for images that count | sooner} of the dense network's"
      .. " time.",
    opposite = searched .. "the surrogate is later where both find something, in"
      .. " {search | published: magnitude 0.9 over dense, but for images that count | sooner} of the dense network's"
      .. " time.",
    open = searched .. "neither is significantly sooner where both find something.",
    untestable = searched .. "there are too few images on which both find something for a test of times.",
    ["no room"] = searched .. "there are too few images for a test of times.",
  }),
  ["accuracy"] = test("predictor | strict | made of the dense network | accuracy", {
    holds = "**Under `strict` accuracy tells kinds of surrogates apart**: among those that are made of the dense"
      .. " network (by magnitude, distilled, refined) the one that hits is mostly the more accurate one.",
    opposite = "**Under `strict` accuracy tells kinds of surrogates apart the wrong way round**: among those that are"
      .. " made of the dense network (by magnitude, distilled, refined) the one that hits is mostly the less accurate"
      .. " one.",
    open = "Under `strict` accuracy does not significantly tell which of the surrogates that are made of the dense"
      .. " network hits.",
  }),
  ["cosine over accuracy"] = over_accuracy("strict", "gradients' cosine",
    "how much its gradients agree with the dense margin's in the region"),
  ["activations over accuracy"] = over_accuracy("strict", "equal activations",
    "how many neurons are active alike"),
  ["bound over accuracy"] = over_accuracy("strict", "difference bound",
    "a proved bound of the difference"),
  ["correlation over accuracy"] = over_accuracy("strict", "margins' correlation",
    "how much its margin and the dense one's rise and fall together in the region"),
  ["accuracy, published"] = test("predictor | published | made of the dense network | accuracy", {
    holds = "Under `published` accuracy tells them apart.",
    opposite = "Under `published` accuracy tells them apart the wrong way round.",
    open = "Under `published` accuracy does not significantly tell which of them hits.",
  }),
  ["correlation over accuracy, published"] = over_accuracy("published", "margins' correlation",
    "how much the two margins rise and fall together in the region"),
  ["refining, published"] = test("search | published: refined over magnitude 0.9, but for images that count", {
    holds = searched .. "a surrogate refined at its own optimum finds more in the same time than one that is"
      .. " pruned by magnitude: {search | published: refined over magnitude 0.9, but for images that count} points.",
    opposite = searched .. "a surrogate refined at its own optimum finds less in the same time than one that is"
      .. " pruned by magnitude.",
    open = searched .. "a surrogate refined at its own optimum does not find significantly more or less in the"
      .. " same time than one that is pruned by magnitude.",
    ["no room"] = searched .. "a surrogate refined at its own optimum and one that is pruned by magnitude differ"
      .. " on too few images for a test.",
  }),
  ["distilling, published"] = test("search | published: distilled over magnitude 0.9, but for images that count", {
    holds = searched .. "one that is taught the dense network's outputs finds more in the same time than one that is"
      .. " pruned by magnitude: {search | published: distilled over magnitude 0.9, but for images that count} points.",
    opposite = searched .. "one that is taught the dense network's outputs finds less in the same time than one that is"
      .. " pruned by magnitude.",
    open = searched .. "one that is taught the dense network's outputs does not find significantly more or less in the"
      .. " same time than one that is pruned by magnitude.",
    ["no room"] = searched .. "one that is taught the dense network's outputs and one that is pruned by magnitude"
      .. " differ on too few images for a test.",
  }),
  ["policies"] = test("policy | anchored | sooner", {
    holds = held_out_policies .. "take {policy | anchored | sooner} of the time of networks pruned by magnitude where"
      .. " both find something, pruning counted, and {policy | anchored | sooner than dense} of the dense networks';"
      .. " they lead to {policy | anchored | found} finds, the dense networks to {policy | dense | found}.",
    opposite = held_out_policies .. "take longer than those pruned by magnitude where both find something:"
      .. " {policy | anchored | sooner} of the time.",
    open = held_out_policies .. "are not significantly sooner than those pruned by magnitude where both find"
      .. " something.",
  }),
  ["policy margin_aware"] = test("policy | margin_aware | sooner than dense", {
    holds = "Networks pruned by `margin_aware` take {policy | margin_aware | sooner than dense} of the dense ones'"
      .. " time, and find something on {policy | margin_aware | found}.",
    opposite = "Networks pruned by `margin_aware` take {policy | margin_aware | sooner than dense} of the dense ones'"
      .. " time.",
    open = "Networks pruned by `margin_aware` are not significantly sooner than the dense ones.",
  }),
  ["policy magnitude"] = test("policy | magnitude | sooner than dense", {
    holds = "Networks pruned by magnitude take {policy | magnitude | sooner than dense} of the dense ones' time.",
    opposite = "Networks pruned by magnitude take {policy | magnitude | sooner than dense} of the dense ones' time.",
    open = "Networks pruned by magnitude find something on {policy | magnitude | found}, and are not significantly"
      .. " sooner than the dense ones: {policy | magnitude | sooner than dense} of their time.",
  }),
  ["refining"] = test("search | strict: refined over magnitude 0.9", {
    holds = "Under `strict` refining a surrogate at its own optimum finds more in the same time.",
    opposite = "Under `strict` refining a surrogate at its own optimum finds less in the same time.",
    open = "Under `strict` refining a surrogate at its own optimum does not find significantly more in the same time.",
    ["no room"] = "Under `strict` with and without refining at its own optimum a surrogate differs on too few images"
      .. " for a test.",
  }),
  ["distilling"] = test("search | strict: distilled over magnitude 0.9", {
    holds = "Under `strict` teaching a surrogate the dense network's outputs in the region finds more.",
    opposite = "Under `strict` teaching a surrogate the dense network's outputs in the region finds less.",
    open = "Under `strict` teaching a surrogate the dense network's outputs in the region does not find significantly"
      .. " more.",
    ["no room"] = "Under `strict` with and without being taught the dense network's outputs a surrogate differs on too"
      .. " few images for a test.",
  }),
  ["side constraints"] = test("search | side constraints: dense over gradients", {
    holds = "With side constraints the dense MILP finds more than gradients.",
    opposite = "With side constraints gradients find more than the dense MILP.",
    open = "With side constraints the dense MILP does not find significantly more than gradients.",
    ["no room"] = "With side constraints gradients and the dense MILP differ on too few images for a test.",
  }),
  ["surrogates with side constraints"] = test("search | side constraints: magnitude 0.9 over dense", {
    holds = "With side constraints the surrogate finds more than the dense network.",
    opposite = "With side constraints the surrogate finds less than the dense network.",
    open = "With side constraints the surrogate does not find significantly more or less than the dense network.",
    ["no room"] = "With side constraints the surrogate and the dense network differ on too few images for a test.",
  }),
  ["few pixels"] = test("search | few pixels: dense over gradients", {
    holds = "Where only few pixels may change the dense MILP finds more than gradients.",
    opposite = "Where only few pixels may change gradients find more than the dense MILP.",
    open = "Where only few pixels may change neither gradients nor the dense MILP find significantly more.",
    ["no room"] = "Where only few pixels may change gradients and the MILP differ on too few images for a test.",
  }),
  ["surrogates with few pixels"] = test("search | few pixels: magnitude 0.9 over dense", {
    holds = "Where only few pixels may change the surrogate finds more than the dense network.",
    opposite = "Where only few pixels may change the surrogate finds less than the dense network.",
    open = "Where only few pixels may change the surrogate does not find significantly more or less than the dense"
      .. " network.",
    ["no room"] = "Where only few pixels may change the surrogate and the dense network differ on too few images for a"
      .. " test.",
  }),
  ["gallery over gradients"] = test("gallery | optimize | over gradients", {
    holds = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` comes to better"
      .. " values than gradients with penalties, {gallery | optimize | over gradients} points of the instances more"
      .. " than to worse ones; gradients have a point on {gallery | gradients | points} of them.",
    opposite = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` comes to worse"
      .. " values than gradients with penalties: {gallery | optimize | over gradients} points of the instances.",
    open = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` does not come to"
      .. " significantly better values than gradients with penalties.",
  }),
  ["gallery over gradients' points"] = test("gallery | optimize | over gradients' points", {
    holds = "Where both have one its values are better too: {gallery | optimize | over gradients' points}.",
    opposite = "Where both have one its values are worse: {gallery | optimize | over gradients' points}.",
    open = "Where both have one its values are not significantly better:"
      .. " {gallery | optimize | over gradients' points}.",
    ["no room"] = "Where both have one they differ on too few models for a test.",
  }),
  ["gallery over dense"] = test("gallery | optimize | over dense", {
    holds = "It comes to better values than the MILP of the dense network alone.",
    opposite = "It comes to worse values than the MILP of the dense network alone.",
    open = "It does not come to significantly better or worse values than the MILP of the dense network alone.",
    ["no room"] = "From those of the MILP of the dense network alone its values differ on too few models, if any, for a"
      .. " test.",
  }),
  ["gallery time"] = test("gallery | optimize | sooner than dense", {
    holds = "To values as good it takes {gallery | optimize | sooner than dense} of the wall time of that MILP.",
    opposite = "To values as good it takes {gallery | optimize | sooner than dense} of the wall time of that MILP.",
    open = "To values as good it is not significantly sooner or later than that MILP:"
      .. " {gallery | optimize | sooner than dense} of its wall time.",
  }),
  ["gallery surrogates"] = test("gallery | surrogate 0.8 | sooner than dense", {
    holds = "Pruned copies alone, at 0.8, take {gallery | surrogate 0.8 | sooner than dense}.",
    opposite = "Pruned copies alone, at 0.8, take {gallery | surrogate 0.8 | sooner than dense}.",
    open = "Pruned copies alone, at 0.8, take {gallery | surrogate 0.8 | sooner than dense}, which is not significant.",
  }),
  ["other solver"] = test("strict, solver highs | i | most", {
    holds = on_highs .. "pruned copies are faster on most problems: {strict, solver highs | i | most}.",
    opposite = on_highs .. "pruned copies are faster on less than half of all problems:"
      .. " {strict, solver highs | i | most}.",
    open = on_highs .. "it is open whether pruned copies are faster on most problems:"
      .. " {strict, solver highs | i | most}.",
    ["no room"] = on_highs .. "too few images differ to tell whether pruned copies are faster on most problems.",
  }),
  ["advice: candidates"] = test("factor | published, candidates relaxations | gain", {
    opposite = "- **Test the points of node relaxations before crediting the pruning.** Under `published`, where only"
      .. " incumbents are tested, the surrogate's lead shrinks with them.",
    otherwise = "- **Compare a sparse surrogate with tested node relaxations before crediting the pruning.**",
  }),
  ["advice: gradients"] = test("strict | gradients", {
    opposite = "- **Try gradients, and do not stop there**: the MILP finds inputs that they miss.",
    otherwise = "- **Try gradients first.** They take {strict | attack time} here, and the dense MILP"
      .. " has not been shown to find more.",
  }),
  ["advice: finetuning"] = finding("strict | viii", {
    reproduced = "- **Count the seconds that make the surrogate.** Under `strict` finetuning costs more than it brings"
      .. " to one problem; whether one network that serves many problems pays has not been tested.",
    otherwise = "- **Count the seconds that make the surrogate**; whether one network that serves many problems pays"
      .. " has not been tested.",
  }),
  ["finds of anchored"] = test("policy | anchored | more", {
    holds = "It leads to more finds: {policy | anchored | more} points.",
    opposite = "It leads to fewer finds: {policy | anchored | more} points.",
    open = "In finds the two do not differ significantly: {policy | anchored | more} points.",
    ["no room"] = "In finds the two differ on too few images for a test.",
  }),
  ["advice: policy"] = test("policy | anchored | sooner", {
    holds = "- **Of the policies that prune fast, try `anchored` before magnitude**: under `strict` it takes"
      .. " {policy | anchored | sooner} of the time where both find something. {say | finds of anchored}",
    opposite = "- **Prune by magnitude**: `anchored`, which asks what acts on the margin at the image, takes"
      .. " {policy | anchored | sooner} of the time.",
    otherwise = "",
  }),
  ["advice: choice"] = test(
    "predictor | published | made of the dense network | margins' correlation | over accuracy", {
      holds = "- **Under `published` compare margins in the region before accuracies**: how much a surrogate's margin"
        .. " and the dense one's rise and fall together tells more than accuracy there, by"
        .. " {predictor | published | made of the dense network | margins' correlation | over accuracy} of Somers' D.",
      opposite = "- **Choose by accuracy before agreement in the region.**",
      otherwise = "- **Accuracy is the guide at hand**: that agreement in the region tells more has not been shown.",
    }),
}
