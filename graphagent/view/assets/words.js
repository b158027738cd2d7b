// What happened, in words: how a step is headed in the list, and a sentence for those who see it for the first time.
const HAPPENED = {
  begin: ["Began", "The run was started with these messages."],
  recalled: ["Recalled", "What earlier runs and memories say was looked up."],
  thought: ["Thought", "One round of reasoning before the answer."],
  call: ["Asked for tools", "The model did not answer yet: it wants tools to be called."],
  reply: ["Answered", "The model answered."],
  retry: ["Model failed", "The model could not be asked; whether to try again is a matter of the budget."],
  start: ["Started a call", "This was on record before the tool was called, so that no call is made twice by accident."],
  result: ["Tool returned", "The tool came back, and its result is on record."],
  recover: ["Recovered", "The process had ended in the middle of calls. What becomes of them was decided by their tools' policies."],
  revise: ["Arguments changed", "A person changed the arguments of a call before approving it."],
  approve: ["Approved", "A person let the call be made."],
  reject: ["Rejected", "The call must not be made; the model is told so."],
  answer: ["Filled in", "A person filled in what the call needs."],
  deliver: ["Delivered", "Somebody made the call elsewhere and delivered its result."],
  settle: ["Settled", "A person said what became of a call of unknown outcome."],
  repair: ["Did not fit", "The answer does not have the form it has to have; the model is told why."],
  finish: ["Accepted", "The answer stands."],
  remembered: ["Remembered", "What was learnt was written down."],
  fail: ["Failed", "The run cannot go on."],
  cancel: ["Cancelled", "The run is not wanted any more."],
};
const happened = (trigger) => HAPPENED[trigger] ?? [trigger, ""];
