"""The Durable Functions extension's side: run an orchestration to its end, in memory.

The orchestrator is replayed with a growing history, as the extension does it: it answers with the actions that it has
asked for so far, their results are appended as history events, and it is called again until it is done. The clock is
virtual: a timer fires at once, in due order, when nothing else is left to do.
"""

import heapq
import json
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from .messages import Json
from .worker import Worker

START = datetime(2026, 1, 1, tzinfo=UTC)

# Action types and history event types of the Durable Functions protocol.
CALL_ACTIVITY, CALL_ACTIVITY_WITH_RETRY, CALL_SUB, CALL_SUB_WITH_RETRY = 0, 1, 2, 3
CONTINUE_AS_NEW, CREATE_TIMER, WAIT_FOR_EVENT, CALL_ENTITY, SIGNAL_ENTITY = 4, 5, 6, 7, 9
EXECUTION_STARTED, TASK_SCHEDULED, TASK_COMPLETED, TASK_FAILED = 0, 4, 5, 6
SUB_CREATED, SUB_COMPLETED, SUB_FAILED, TIMER_CREATED, TIMER_FIRED = 7, 8, 9, 10, 11
ORCHESTRATOR_STARTED, ORCHESTRATOR_COMPLETED, EVENT_SENT, EVENT_RAISED = 12, 13, 14, 15


class OrchestrationError(Exception):
    """A function of the orchestration failed; the text is its error."""


class DurableExtension:
    """Runs the orchestrations of one app.

    `events` are raised when an orchestration waits for them, `inputs` are what functions get beside what calls them.
    """

    def __init__(
        self, worker: Worker, events: dict[str, list[Any]] | None = None, inputs: dict[str, Json] | None = None
    ) -> None:
        self.worker = worker
        self.events = events or {}
        self.inputs = inputs or {}
        self.entities: dict[str, Any] = {}

    def call(self, function: str, value: str | None) -> Any:
        """Invoke a function with JSON for its trigger; return the JSON it answers with."""
        answer = self.worker.invoke(function, self.inputs.get(function, {}) | {self.worker.trigger(function): value})
        if "error" in answer:
            raise OrchestrationError(answer["error"].split("\n\n$OutOfProcData$")[0])
        returned = answer["returned"]
        return returned["json"] if "json" in returned else json.dumps(returned["string"])

    def run(self, function: str, value: Any = None) -> Any:
        """Run an orchestration to its end and return its output."""
        while True:
            instance = _Instance(self, function, value)
            done, value = instance.run()
            if done:
                return value

    def call_entity(self, entity: str, operation: str, value: Any) -> Json:
        """Send one operation to an entity such as `@counter@key`; return its result."""
        name, key = entity[1:].split("@", 1)
        state = self.entities.get(entity)
        batch = [{"name": operation, "input": json.dumps(value), "signal": False}]
        request = {"self": {"name": name, "key": key}, "exists": state is not None, "state": state, "batch": batch}
        answer = json.loads(self.call(self._spelled(name), json.dumps(request)))
        self.entities[entity] = answer["entityState"] if answer["entityExists"] else None
        return answer["results"][0]

    def _spelled(self, name: str) -> str:
        """Entity names arrive in lower case."""
        return next(candidate for candidate in self.worker.functions if candidate.lower() == name.lower())


class _Instance:
    """One run of one orchestrator, with its history."""

    def __init__(self, extension: DurableExtension, function: str, value: Any) -> None:
        self.extension, self.function, self.value = extension, function, value
        self.now = START
        self.history: list[Json] = []
        self.ready: deque[Callable[[], None]] = deque()
        self.timers: list[tuple[datetime, int, Callable[[], None]]] = []
        self.timer_actions: dict[int, Json] = {}
        self.awaited: Counter[str] = Counter()
        self.events_made = 0

    def run(self) -> tuple[bool, Any]:
        """Replay until the orchestrator is done; (False, input) means that it starts anew."""
        self._event(ORCHESTRATOR_STARTED)
        started = {"Name": self.function, "Input": json.dumps(self.value), "Version": None, "ParentInstance": None}
        self._event(EXECUTION_STARTED, **started)
        known = 0
        while True:
            state = json.loads(self.extension.call(self.function, self._request()))
            actions = list(_flatten(state["actions"]))
            self.timer_actions.update(
                zip(self.timer_actions, [a for a in actions if a["actionType"] == CREATE_TIMER], strict=False)
            )
            for action in actions[known:]:
                self._schedule(action)
            known = len(actions)
            if state["isDone"]:
                if actions and actions[-1]["actionType"] == CONTINUE_AS_NEW:
                    return False, json.loads(actions[-1]["input"])
                return True, state.get("output")
            for event in self.history:
                event["IsPlayed"] = True
            self._event(ORCHESTRATOR_COMPLETED)
            turn = len(self.history)
            self._event(ORCHESTRATOR_STARTED)
            self._proceed()
            self.history[turn]["Timestamp"] = self.now.isoformat()

    def _request(self) -> str:
        return json.dumps(
            {
                "history": self.history,
                "input": json.dumps(self.value),
                "instanceId": "instance",
                "isReplaying": False,
                "parentInstanceId": None,
                "upperSchemaVersion": 1,
                "upperSchemaVersionNew": 2,
                "longRunningTimerIntervalDuration": "3.00:00:00",
                "maximumShortTimerDuration": "6.00:00:00",
            }
        )

    def _event(self, kind: int, number: int = -1, **fields: Any) -> None:
        common = {"EventType": kind, "EventId": number, "IsPlayed": False, "Timestamp": self.now.isoformat()}
        self.history.append(common | fields)

    def _next_number(self) -> int:
        self.events_made += 1
        return self.events_made - 1

    def _schedule(self, action: Json) -> None:
        kind = action["actionType"]
        if kind in (CALL_ACTIVITY, CALL_ACTIVITY_WITH_RETRY, CALL_SUB, CALL_SUB_WITH_RETRY):
            number = self._next_number()
            is_sub = kind in (CALL_SUB, CALL_SUB_WITH_RETRY)
            self._event(SUB_CREATED if is_sub else TASK_SCHEDULED, number, Name=action["functionName"])
            self.ready.append(lambda: self._call(action, number))
        elif kind == CREATE_TIMER:
            number = self._next_number()
            self._event(TIMER_CREATED, number, FireAt=action["fireAt"])
            self._set_timer(datetime.fromisoformat(action["fireAt"]), number)
            self.timer_actions[number] = action
        elif kind == WAIT_FOR_EVENT:
            self.awaited[action["externalEventName"]] += 1
        elif kind == CALL_ENTITY:
            number, request = self._next_number(), uuid4().hex
            payload = json.dumps({"id": request, "op": action["operation"]})
            self._event(EVENT_SENT, number, InstanceId=action["instanceId"], Input=payload)
            self.ready.append(lambda: self._call_entity(action, request))
        elif kind == SIGNAL_ENTITY:
            self._next_number()
            self.extension.call_entity(action["instanceId"], action["operation"], action["input"])
        elif kind != CONTINUE_AS_NEW:
            raise NotImplementedError(action)

    def _call(self, action: Json, number: int, attempt: int = 1) -> None:
        """Run an activity or a sub-orchestration and append how it ended, with its retries."""
        is_sub = action["actionType"] in (CALL_SUB, CALL_SUB_WITH_RETRY)
        try:
            if is_sub:
                result = json.dumps(
                    self.extension.run(action["functionName"], json.loads(action.get("input") or "null"))
                )
            else:
                result = self.extension.call(action["functionName"], action["input"])
        except OrchestrationError as error:
            reason = f"'{action['functionName']}' failed"
            kind = SUB_FAILED if is_sub else TASK_FAILED
            self._event(kind, TaskScheduledId=number, Reason=reason, Details=str(error))
            if retry := action.get("retryOptions"):
                self._retry(action, retry, attempt)
        else:
            self._event(SUB_COMPLETED if is_sub else TASK_COMPLETED, TaskScheduledId=number, Result=result)

    def _retry(self, action: Json, retry: Json, attempt: int) -> None:
        def again() -> None:
            if attempt < retry["maxNumberOfAttempts"]:
                number = self._next_number()
                self.ready.append(lambda: self._call(action, number, attempt + 1))

        delay = timedelta(milliseconds=retry["firstRetryIntervalInMilliseconds"])
        self._set_timer(self.now + delay, self._next_number(), again)

    def _call_entity(self, action: Json, request: str) -> None:
        answer = self.extension.call_entity(action["instanceId"], action["operation"], action["input"])
        failed = {"exceptionType": "Exception"} if answer["isError"] else {}
        self._event(EVENT_RAISED, Name=request, Input=json.dumps({"result": answer["result"], **failed}))

    def _set_timer(self, at: datetime, number: int, then: Callable[[], None] = lambda: None) -> None:
        heapq.heappush(self.timers, (at, number, then))

    def _proceed(self) -> None:
        """Do the next thing: a call that is due, an event that is awaited, or the next timer."""
        if self.ready:
            self.ready.popleft()()
            return
        for name in self.awaited:
            if self.awaited[name] and self.extension.events.get(name):
                self.awaited[name] -= 1
                self._event(EVENT_RAISED, Name=name, Input=json.dumps(self.extension.events[name].pop(0)))
                return
        while self.timers and self.timer_actions.get(self.timers[0][1], {}).get("isCanceled"):
            heapq.heappop(self.timers)
        if not self.timers:
            msg = f"{self.function} waits for ever, for the events {[*self.awaited]}"
            raise OrchestrationError(msg)
        due, number, then = heapq.heappop(self.timers)
        self.now = max(self.now, due)
        self._event(TIMER_FIRED, TimerId=number, FireAt=due.isoformat())
        then()


def _flatten(actions: list[Any]) -> Any:
    """Walk the actions of all turns, and those inside `task_all` and `task_any`."""
    for action in actions:
        if isinstance(action, list):
            yield from _flatten(action)
        elif "compoundActions" in action:
            yield from _flatten(action["compoundActions"])
        else:
            yield action
