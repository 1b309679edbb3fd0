--- What the pages say of a subject, for whatever it turns out to be: each phrase has a subject, as `claims.page` reads
--- it between braces, and a sentence for each word that this may come to. Findings of the paper come to a verdict,
--- everything else to the outcome of its test; "absent" is said without rows, and "otherwise" for every other word.

--- Sentences for a finding of the paper.
local function finding(about, sentences)
  sentences.about = about
  return sentences
end

--- Sentences for one test; what shows nothing is told apart only where the text says more than that.
local function test(about, sentences)
  sentences.about = about
  sentences["no room"] = sentences["no room"] or sentences.open
  sentences.untestable = sentences.untestable or sentences.absent or ""
  sentences.absent = sentences.absent or ""
  return sentences
end

return {
  ["main claim, strict"] = finding("strict | i", {
    reproduced = "**Under `strict` pruned copies are faster on most problems**, as the paper says.",
    ["in part"] = "**Under `strict` pruned copies are faster on most problems in part**, and not in every way that the"
      .. " paper says.",
    ["not"] = "**Under `strict` pruned copies are not faster on most problems.**",
    open = "**Under `strict` it is open whether pruned copies are faster on most problems.**",
    absent = "Under `strict` nothing has been run.",
    otherwise = "**Under `strict` too few images tell whether pruned copies are faster on most problems.**",
  }),
  ["main claim, published"] = finding("published | i", {
    reproduced = "**Under `published` they are faster on most problems**, as the paper says.",
    ["in part"] = "**Under `published` they are so in part.**",
    ["not"] = "**Under `published` they are not.**",
    open = "**Under `published` it is open.**",
    absent = "Under `published` nothing has been run.",
    otherwise = "**Under `published` too few images tell.**",
  }),
  ["more finds, strict"] = test("strict | more finds", {
    holds = "Under `strict` they find more than the dense networks.",
    opposite = "Under `strict` they find less than the dense networks.",
    open = "Under `strict` neither finds significantly more.",
    ["no room"] = "Under `strict` they differ on too few images for a test.",
  }),
  ["more finds, published"] = test("published | more finds", {
    holds = "Under `published` they find more.",
    opposite = "Under `published` they find less.",
    open = "Under `published` neither finds significantly more.",
  }),
  ["sooner, strict"] = test("strict | sooner", {
    holds = "Where both find something, the pruned copy does so sooner",
    opposite = "Where both find something, the dense network does so sooner",
    open = "Where both find something, neither is significantly sooner",
    absent = "Where both find something, too few images tell which is sooner",
  }),
  ["candidates, published"] = test("factor | published, candidates relaxations | dense", {
    holds = "**Under `published` a dense run waits for the solver's heuristics.** Nothing but incumbents is tested"
      .. " there; once points of node relaxations are tested as well, dense runs find more.",
    opposite = "Testing points of node relaxations as well makes dense runs under `published` find less.",
    open = "Testing points of node relaxations as well does not significantly change what dense runs find under"
      .. " `published`.",
  }),
  ["gain of candidates, published"] = test("factor | published, candidates relaxations | gain", {
    holds = "The lead of pruned copies grows with it.",
    opposite = "The lead of pruned copies shrinks with it.",
    open = "The lead of pruned copies does not change significantly.",
  }),
  ["candidates held out, published"] = test("search | published, other candidates and magnitude 0.9", {
    holds = "On images that nothing was chosen by, the lead of pruned copies grows with it.",
    opposite = "On images that nothing was chosen by, the lead of pruned copies shrinks with it.",
    open = "On images that nothing was chosen by, the lead of pruned copies does not change significantly.",
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
    open = "Bounds that know the region do not significantly change the lead of pruned copies under `published`.",
  }),
  ["finetuning counted, strict"] = finding("strict | viii", {
    reproduced = "**Finetuning does not pay for itself**: with its time counted the direct solve is faster under"
      .. " `strict`, as the paper says.",
    ["not"] = "**Finetuning pays for itself under `strict`**, against what the paper says.",
    absent = "",
    otherwise = "Whether finetuning pays for itself under `strict` is not decided.",
  }),
  ["random or magnitude"] = finding("strict | xii", {
    reproduced = "What is pruned matters: magnitude is better than chance, the more so the sparser.",
    ["in part"] = "What is pruned matters in part of what the paper says.",
    ["not"] = "What is pruned does not matter as the paper says.",
    absent = "",
    otherwise = "Whether magnitude is better than chance is not decided.",
  }),
  ["gradients, strict"] = test("strict | gradients", {
    holds = "**Gradients come first.** Under `strict` the attack on the dense network finds more than its MILP.",
    opposite = "**The MILP finds more than gradients** under `strict`.",
    open = "**Neither gradients nor the MILP find significantly more** under `strict`.",
    ["no room"] = "**Gradients and the MILP differ on too few images for a test** under `strict`.",
  }),
  ["gradients, published"] = test("published | gradients", {
    holds = "Under `published` gradients find more.",
    opposite = "Under `published` the MILP finds more.",
    open = "Under `published` neither finds significantly more.",
  }),
  ["knowledge"] = test("search | strict: magnitude 0.9 over random weights", {
    holds = "**The surrogate matters.** A network of random weights, as sparse, leads the same search to fewer"
      .. " adversarial inputs under `strict`.",
    opposite = "**A network that knows nothing is the better surrogate** under `strict`.",
    open = "**Whether the surrogate matters is open.** A network of random weights, as sparse, does not lead the same"
      .. " search to significantly more or fewer adversarial inputs under `strict`.",
  }),
  ["knowledge, published"] = test("search | published: magnitude 0.9 over random weights", {
    holds = "Under `published` random weights lead it to fewer.",
    opposite = "Under `published` the network that knows nothing does better.",
    open = "Under `published` the two do not differ significantly.",
  }),
  ["search without knowledge"] = test("search | strict: random weights over dense", {
    opposite = "Such a network finds less than the dense one.",
    holds = "Such a network finds more than the dense one.",
    open = "Such a network does not find significantly more or less than the dense one.",
  }),
  ["surrogate over dense"] = test("search | strict: magnitude 0.9 over dense", {
    holds = "Under `strict` the surrogate finds more than the dense network.",
    opposite = "Under `strict` the surrogate finds less than the dense network.",
    open = "Under `strict` neither the surrogate nor the dense network finds significantly more.",
    ["no room"] = "Under `strict` the surrogate and the dense network differ on too few images for a test.",
  }),
  ["surrogate over dense, published"] = test("search | published: magnitude 0.9 over dense", {
    holds = "Under `published` the surrogate finds more.",
    opposite = "Under `published` the surrogate finds less.",
    open = "Under `published` neither finds significantly more.",
    ["no room"] = "Under `published` they differ on too few images for a test.",
  }),
  ["surrogate sooner"] = test("search | strict: magnitude 0.9 over dense | sooner", {
    holds = "Where both find something the surrogate does so sooner under `strict`, its making counted, in"
      .. " {search | strict: magnitude 0.9 over dense | sooner} of the dense network's time.",
    opposite = "Where both find something the surrogate does so later under `strict`, in"
      .. " {search | strict: magnitude 0.9 over dense | sooner} of the dense network's time.",
    open = "Where both find something neither does so significantly sooner under `strict`.",
  }),
  ["surrogate sooner, published"] = test("search | published: magnitude 0.9 over dense | sooner", {
    holds = "Under `published` it takes {search | published: magnitude 0.9 over dense | sooner} of the time.",
    opposite = "Under `published` it takes {search | published: magnitude 0.9 over dense | sooner} of the time.",
    open = "Under `published` neither is significantly sooner.",
  }),
  ["accuracy"] = test("predictor | strict | made of the dense network | accuracy", {
    holds = "**Accuracy tells kinds of surrogates apart**: among the four that are made of the dense network the one"
      .. " that hits is mostly the more accurate one.",
    opposite = "**Accuracy tells kinds of surrogates apart the wrong way round**: among the four that are made of the"
      .. " dense network the one that hits is mostly the less accurate one.",
    open = "Accuracy does not significantly tell which of the four surrogates that are made of the dense network hits.",
  }),
  ["cosine over accuracy"] = test(
    "predictor | strict | made of the dense network | gradients' cosine | over accuracy", {
      holds = "How much its gradients agree with the dense margin's in the region tells more than accuracy.",
      opposite = "How much its gradients agree with the dense margin's in the region tells less than accuracy.",
      open = "How much its gradients agree with the dense margin's in the region does not tell significantly more or"
        .. " less than accuracy.",
    }),
  ["activations over accuracy"] = test(
    "predictor | strict | made of the dense network | equal activations | over accuracy", {
      holds = "How many neurons are active alike tells more than accuracy.",
      opposite = "How many neurons are active alike tells less than accuracy.",
      open = "How many neurons are active alike does not tell significantly more or less than accuracy.",
    }),
  ["bound over accuracy"] = test(
    "predictor | strict | made of the dense network | difference bound | over accuracy", {
      holds = "A proved bound of the difference tells more than accuracy.",
      opposite = "A proved bound of the difference tells less than accuracy.",
      open = "A proved bound of the difference does not tell significantly more or less than accuracy.",
    }),
  ["correlation over accuracy"] = test(
    "predictor | strict | made of the dense network | margins' correlation | over accuracy", {
      holds = "How much its margin and the dense one's rise and fall together in the region tells more than accuracy.",
      opposite = "How much its margin and the dense one's rise and fall together in the region tells less than"
        .. " accuracy.",
      open = "How much its margin and the dense one's rise and fall together in the region does not tell significantly"
        .. " more or less than accuracy.",
    }),
  ["accuracy, published"] = test("predictor | published | made of the dense network | accuracy", {
    holds = "Under `published` accuracy tells them apart as well.",
    opposite = "Under `published` accuracy tells them apart the wrong way round.",
    open = "Under `published` accuracy does not significantly tell which of them hits.",
  }),
  ["correlation over accuracy, published"] = test(
    "predictor | published | made of the dense network | margins' correlation | over accuracy", {
      holds = "There how much the two margins rise and fall together in the region tells more than accuracy:"
        .. " {predictor | published | made of the dense network | margins' correlation}.",
      opposite = "There how much the two margins rise and fall together in the region tells less than accuracy.",
      open = "There how much the two margins rise and fall together in the region does not tell significantly more or"
        .. " less than accuracy.",
    }),
  ["refining, published"] = test("search | published: refined over magnitude 0.9", {
    holds = "Under `published` a surrogate refined at its own optimum finds more in the same time:"
      .. " {search | published: refined over magnitude 0.9} points.",
    opposite = "Under `published` a surrogate refined at its own optimum finds less in the same time.",
    open = "Under `published` a surrogate refined at its own optimum does not find significantly more or less.",
  }),
  ["distilling, published"] = test("search | published: distilled over magnitude 0.9", {
    holds = "Under `published` one that is taught the dense network's outputs finds more:"
      .. " {search | published: distilled over magnitude 0.9} points.",
    opposite = "Under `published` one that is taught the dense network's outputs finds less.",
    open = "Under `published` one that is taught the dense network's outputs does not find significantly more or less.",
  }),
  ["policies"] = test("policy | anchored | sooner than dense", {
    holds = "**A surrogate can be sooner under `strict`.** On held-out images of MNIST, pruned by `anchored`,"
      .. " which keeps what acts on the margin between the two classes at the image, networks lead to"
      .. " {policy | anchored | found} finds, the dense networks to {policy | dense | found}; where both find something"
      .. " they take {policy | anchored | sooner than dense} of the time, pruning counted, and"
      .. " {policy | anchored | sooner} of that of pruning by magnitude.",
    opposite = "On held-out images of MNIST even networks pruned by `anchored`, which keeps what acts on the margin"
      .. " between the two classes at the image, take longer than the dense ones:"
      .. " {policy | anchored | sooner than dense} of the time.",
    open = "On held-out images of MNIST networks pruned by `anchored`, which keeps what acts on the margin between the"
      .. " two classes at the image, are not significantly sooner than the dense ones.",
  }),
  ["policy margin_aware"] = test("policy | margin_aware | sooner than dense", {
    holds = "Networks pruned by `margin_aware` take {policy | margin_aware | sooner than dense} of the dense ones'"
      .. " time, and find something on {policy | margin_aware | found}.",
    opposite = "Networks pruned by `margin_aware` take {policy | margin_aware | sooner than dense} of the dense ones'"
      .. " time.",
    open = "Networks pruned by `margin_aware` are not significantly sooner than the dense ones.",
  }),
  ["policy magnitude"] = test("policy | magnitude | sooner than dense", {
    holds = "Networks pruned by magnitude take {policy | magnitude | sooner than dense} of it.",
    opposite = "Networks pruned by magnitude take {policy | magnitude | sooner than dense} of it.",
    open = "Networks pruned by magnitude find something on {policy | magnitude | found}, and are not significantly"
      .. " sooner than the dense ones.",
  }),
  ["refining"] = test("search | strict: refined over magnitude 0.9", {
    holds = "Refining a surrogate at its own optimum finds more in the same time.",
    opposite = "Refining a surrogate at its own optimum finds less in the same time.",
    open = "Refining a surrogate at its own optimum does not find significantly more in the same time.",
    ["no room"] = "With and without refining at its own optimum a surrogate differs on too few images for a test.",
  }),
  ["distilling"] = test("search | strict: distilled over magnitude 0.9", {
    holds = "Teaching it the dense network's outputs in the region finds more.",
    opposite = "Teaching it the dense network's outputs in the region finds less.",
    open = "Teaching it the dense network's outputs in the region does not find significantly more.",
    ["no room"] = "So it does with and without being taught the dense network's outputs in the region.",
  }),
  ["side constraints"] = test("search | side constraints: dense over gradients", {
    holds = "With side constraints the dense MILP finds more than gradients.",
    opposite = "Even with side constraints gradients find more than the dense MILP.",
    open = "Even with side constraints the dense MILP does not find significantly more than gradients.",
    ["no room"] = "With side constraints gradients and the dense MILP differ on too few images for a test.",
  }),
  ["surrogates with side constraints"] = test("search | side constraints: magnitude 0.9 over dense", {
    holds = "With side constraints the surrogate finds more than the dense network.",
    opposite = "With side constraints the surrogate finds less than the dense network.",
    open = "With side constraints the surrogate does not find significantly more or less than the dense network.",
    ["no room"] = "So do the surrogate and the dense network with side constraints.",
  }),
  ["few pixels"] = test("search | few pixels: dense over gradients", {
    holds = "Where only few pixels may change the MILP finds more.",
    opposite = "Where only few pixels may change gradients find more.",
    open = "Where only few pixels may change neither finds significantly more.",
  }),
  ["surrogates with few pixels"] = test("search | few pixels: magnitude 0.9 over dense", {
    holds = "Where few pixels may change the surrogate finds more.",
    opposite = "Where few pixels may change the surrogate finds less.",
    open = "Where few pixels may change the surrogate does not find significantly more or less.",
  }),
  ["gallery over gradients"] = test("gallery | optimize | over gradients", {
    holds = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` comes to better"
      .. " values than gradients with penalties: {gallery | optimize | over gradients} points of the instances.",
    opposite = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` comes to worse"
      .. " values than gradients with penalties: {gallery | optimize | over gradients} points of the instances.",
    open = "Over the {gallery | models} models of the gallery with networks, `surrogate.optimize` does not come to"
      .. " significantly better values than gradients with penalties.",
  }),
  ["gallery over dense"] = test("gallery | optimize | over dense", {
    holds = "It comes to better values than the MILP of the dense network alone.",
    opposite = "It comes to worse values than the MILP of the dense network alone.",
    open = "It does not come to significantly better or worse values than the MILP of the dense network alone.",
    ["no room"] = "From those of the MILP of the dense network alone its values differ on too few models for a test.",
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
  ["advice: candidates"] = test("factor | published, candidates relaxations | gain", {
    opposite = "- **Ask first what the search waits for.** Where it waits for a first feasible point, a sparse"
      .. " surrogate gives one sooner, and so do points of node relaxations; with these the surrogate's lead shrinks.",
    otherwise = "- **Ask first what the search waits for.** Where it waits for a first feasible point, compare a sparse"
      .. " surrogate with tested relaxations before crediting the pruning.",
  }),
  ["advice: gradients"] = test("strict | gradients", {
    opposite = "- **Try gradients, and do not stop there**: the MILP finds inputs that they miss.",
    otherwise = "- **Try gradients first.** They take {strict | attack time} here, and the dense MILP"
      .. " has not been shown to find more.",
  }),
  ["advice: finetuning"] = finding("strict | viii", {
    reproduced = "- **Count the seconds that make the surrogate.** Finetuning costs more than it brings unless one"
      .. " network serves many problems.",
    otherwise = "- **Count the seconds that make the surrogate**, unless one network serves many problems.",
  }),
  ["advice: policy"] = test("policy | anchored | sooner", {
    holds = "- **Of the policies that prune fast, take one that asks what acts on the margin at the image**:"
      .. " with `anchored` finds differ from those by magnitude by {policy | anchored | more} points, times to them are"
      .. " {policy | anchored | sooner}.",
    opposite = "- **Prune by magnitude**: `anchored`, which asks what acts on the margin at the image, takes"
      .. " {policy | anchored | sooner} of the time.",
    otherwise = "",
  }),
  ["advice: choice"] = test(
    "predictor | published | made of the dense network | margins' correlation | over accuracy", {
      holds = "- **Compare margins in the region before accuracies**: how much a surrogate's margin and the dense one's"
        .. " rise and fall together tells more than accuracy under `published`, by"
        .. " {predictor | published | made of the dense network | margins' correlation | over accuracy}, and under"
        .. " `strict` by {predictor | strict | made of the dense network | margins' correlation | over accuracy}.",
      opposite = "- **Choose by accuracy before agreement in the region.**",
      otherwise = "- **Accuracy is the guide at hand**: that agreement in the region tells more has not been shown.",
    }),
}
