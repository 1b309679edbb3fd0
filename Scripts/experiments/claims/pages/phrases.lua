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
    holds = "**Under `published` dense runs find more once points of node relaxations are tested** beside incumbents.",
    opposite = "Testing points of node relaxations as well makes dense runs under `published` find less.",
    open = "Testing points of node relaxations as well does not significantly change what dense runs find under"
      .. " `published`.",
  }),
  ["gain of candidates, published"] = test("factor | published, candidates relaxations | gain", {
    holds = "The lead of pruned copies grows with it.",
    opposite = "The lead of pruned copies shrinks with it.",
    open = "The lead of pruned copies does not change significantly with it.",
  }),
  ["candidates held out, published"] = test("search | published, other candidates and magnitude 0.9", {
    holds = "On 100 images that nothing was chosen by, that lead grows with it:"
      .. " {search | published, other candidates and magnitude 0.9} points.",
    opposite = "On 100 images that nothing was chosen by, that lead shrinks with it:"
      .. " {search | published, other candidates and magnitude 0.9} points.",
    open = "On 100 images that nothing was chosen by, that lead does not change significantly with it.",
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
  }),
  ["bounds held out, published"] = test("search | published, other bounds and magnitude 0.9", {
    holds = "On 100 images that nothing was chosen by, that lead grows with them:"
      .. " {search | published, other bounds and magnitude 0.9} points.",
    opposite = "On 100 images that nothing was chosen by, that lead shrinks with them:"
      .. " {search | published, other bounds and magnitude 0.9} points.",
    open = "On 100 images that nothing was chosen by, that lead does not change significantly with them.",
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
    reproduced = "So it is under `published`.",
    ["not"] = "Under `published` finetuning pays for itself.",
    absent = "",
    otherwise = "Under `published` that is not decided.",
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
    holds = "Under `published` random weights lead the search to fewer than the pruned network as well.",
    opposite = "Under `published` random weights lead the search to more than the pruned network.",
    open = "Under `published` random weights and the pruned network do not differ significantly.",
  }),
  ["search without knowledge"] = test("search | strict: random weights over dense", {
    opposite = "It leads to fewer than the dense network there, too.",
    holds = "It leads to more than the dense network there.",
    open = "It does not lead to significantly more or fewer than the dense network there.",
  }),
  ["search without knowledge, published"] = test("search | published: random weights over dense", {
    opposite = "Under `published` random weights find less than the dense network.",
    holds = "Under `published` even random weights find more than the dense network:"
      .. " {search | published: random weights over dense} points. So part of what is found there is found by the"
      .. " search for an optimum, whatever is embedded.",
    open = "Under `published` random weights do not find significantly more or less than the dense network.",
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
      .. " {search | strict: magnitude 0.9 over dense | sooner} of the dense network's time, over both data sets and"
      .. " networks.",
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
    holds = "**Under `strict` accuracy tells kinds of surrogates apart**: among the three at 0.9 that are made of the"
      .. " dense network the one that hits is mostly the more accurate one.",
    opposite = "**Under `strict` accuracy tells kinds of surrogates apart the wrong way round**: among the three at 0.9"
      .. " that are made of the dense network the one that hits is mostly the less accurate one.",
    open = "Under `strict` accuracy does not significantly tell which of the three surrogates at 0.9 that are made of"
      .. " the dense network hits.",
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
      holds = "There how much the two margins rise and fall together in the region tells more than accuracy, by"
        .. " {predictor | published | made of the dense network | margins' correlation | over accuracy} of Somers' D.",
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
    holds = "**Which policy prunes tells how soon under `strict`.** On held-out images of MNIST, with two layers of 32"
      .. " neurons, pruned by `anchored`, which keeps what acts on the margin between the two classes at the image,"
      .. " networks lead to {policy | anchored | found} finds, the dense networks to {policy | dense | found}; where"
      .. " both find something they take {policy | anchored | sooner than dense} of the dense networks' time, pruning"
      .. " counted, and {policy | anchored | sooner} of the time of networks pruned by magnitude.",
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
    open = "Networks pruned by magnitude find something on {policy | magnitude | found}, and are there not"
      .. " significantly sooner than the dense ones: {policy | magnitude | sooner than dense} of their time.",
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
    ["no room"] = "With and without being taught the dense network's outputs a surrogate differs on too few images for"
      .. " a test.",
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
    ["no room"] = "With side constraints the surrogate and the dense network differ on too few images for a test.",
  }),
  ["few pixels"] = test("search | few pixels: dense over gradients", {
    holds = "Where only few pixels may change the MILP finds more.",
    opposite = "Where only few pixels may change gradients find more.",
    open = "Where only few pixels may change neither finds significantly more.",
    ["no room"] = "Where only few pixels may change gradients and the MILP differ on too few images for a test.",
  }),
  ["surrogates with few pixels"] = test("search | few pixels: magnitude 0.9 over dense", {
    holds = "Where few pixels may change the surrogate finds more.",
    opposite = "Where few pixels may change the surrogate finds less.",
    open = "Where few pixels may change the surrogate does not find significantly more or less.",
    ["no room"] = "So few pixels leave the surrogate and the dense network differing on too few images for a test.",
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
  ["other solver"] = finding("strict, solver highs | i", {
    reproduced = "With HiGHS on MNIST at 18 pixels, pruned by magnitude, pruned copies are faster on most problems.",
    ["not"] = "With HiGHS on MNIST at 18 pixels, pruned by magnitude, pruned copies are not faster on most problems:"
      .. " {strict, solver highs | i | most}.",
    absent = "",
    otherwise = "With HiGHS on MNIST at 18 pixels, pruned by magnitude, it is not decided whether pruned copies are"
      .. " faster on most problems.",
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
  ["advice: policy"] = test("policy | anchored | sooner", {
    holds = "- **Of the policies that prune fast, take one that asks what acts on the margin at the image**: under"
      .. " `strict` `anchored` takes {policy | anchored | sooner} of the time that pruning by magnitude does where both"
      .. " find something; in finds they differ by {policy | anchored | more} points.",
    opposite = "- **Prune by magnitude**: `anchored`, which asks what acts on the margin at the image, takes"
      .. " {policy | anchored | sooner} of the time.",
    otherwise = "",
  }),
  ["advice: choice"] = test(
    "predictor | published | made of the dense network | margins' correlation | over accuracy", {
      holds = "- **Under `published` compare margins in the region before accuracies**: how much a surrogate's margin"
        .. " and the dense one's rise and fall together tells more than accuracy there, by"
        .. " {predictor | published | made of the dense network | margins' correlation | over accuracy}, and under"
        .. " `strict` by {predictor | strict | made of the dense network | margins' correlation | over accuracy}.",
      opposite = "- **Choose by accuracy before agreement in the region.**",
      otherwise = "- **Accuracy is the guide at hand**: that agreement in the region tells more has not been shown.",
    }),
}
