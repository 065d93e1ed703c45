#include "server/openapi.h"

namespace sciwright::server {

const char* schemas_text() {
  return R"json({
"Error": {"type": "object", "required": ["detail"], "properties": {
  "detail": {"type": "string", "description": "A sentence for people."},
  "problems": {"type": "array", "items": {"type": "string"}, "description": "file:line:column: sentence"}}},
"Anything": {"type": "object", "additionalProperties": true},
"Time": {"type": ["string", "null"], "format": "date-time", "description": "UTC"},
"State": {"type": "string", "enum": ["ready", "running", "done", "failed", "cancelled", "stopped"]},
"Status": {"type": "string",
  "enum": ["ready", "submitted", "running", "done", "failed", "cancelled", "skipped", "held"]},
"Counts": {"type": "object", "required": ["ready", "submitted", "running", "done", "failed", "cancelled", "skipped", "held"],
  "additionalProperties": {"type": "integer", "minimum": 0}},
"Workflow": {"type": "object",
  "required": ["name", "state", "nodes", "counts", "progress", "run", "created_utc", "started_utc", "ended_utc", "event_id", "problems"],
  "properties": {
    "name": {"type": "string"}, "state": {"$ref": "#/components/schemas/State"},
    "nodes": {"type": "integer", "minimum": 0}, "counts": {"$ref": "#/components/schemas/Counts"},
    "progress": {"type": "number", "minimum": 0, "maximum": 100}, "run": {"type": "integer", "minimum": 0},
    "created_utc": {"$ref": "#/components/schemas/Time"}, "started_utc": {"$ref": "#/components/schemas/Time"},
    "ended_utc": {"$ref": "#/components/schemas/Time"},
    "event_id": {"type": "integer", "minimum": 0, "description": "Of the last event; events go on behind it."},
    "problems": {"type": "array", "items": {"type": "string"}, "description": "Why the definition cannot be read."}}},
"Workflows": {"type": "object", "required": ["workflows"], "properties": {
  "workflows": {"type": "array", "items": {"$ref": "#/components/schemas/Workflow"}}}},
"WorkflowDetail": {"allOf": [{"$ref": "#/components/schemas/Workflow"}, {"type": "object",
  "required": ["jobs", "edges", "colors"], "properties": {
    "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
    "edges": {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
    "colors": {"type": "object", "additionalProperties": {"type": "string"}},
    "layout": {"type": "object", "properties": {"width": {"type": "number"}, "height": {"type": "number"},
      "nodes": {"type": "object", "additionalProperties": {
        "type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4,
        "description": "Middle, width and height, in px."}},
      "edges": {"type": "array", "description": "The way of each edge, point by point.", "items": {"type": "array",
        "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}}}}}}]},
"Job": {"type": "object", "required": ["name", "kind", "status", "progress", "attempt", "parents", "children"], "properties": {
  "name": {"type": "string"}, "kind": {"type": "string"}, "host": {"type": "string"}, "user": {"type": "string"},
  "status": {"$ref": "#/components/schemas/Status"}, "progress": {"type": "number"}, "label": {"type": "string"},
  "script": {"type": "string"}, "exec": {"type": "string"}, "attempt": {"type": "integer"}, "site": {"type": "string"},
  "scheduler_id": {"type": ["string", "null"]}, "started_utc": {"$ref": "#/components/schemas/Time"},
  "ended_utc": {"$ref": "#/components/schemas/Time"}, "duration_s": {"type": ["number", "null"]},
  "exit_code": {"type": ["integer", "null"]}, "signal": {"type": ["integer", "null"]}, "message": {"type": "string"},
  "values": {"type": "object", "additionalProperties": {"type": "string"}},
  "parents": {"type": "array", "items": {"type": "string"}}, "children": {"type": "array", "items": {"type": "string"}},
  "retries": {"type": "integer"}, "timeout_s": {"type": ["number", "null"]}, "priority": {"type": "integer"},
  "shape": {"type": "string"}, "style": {"type": "string"}}},
"Jobs": {"type": "object", "required": ["jobs"], "properties": {
  "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}}},
"JobChange": {"type": "object", "additionalProperties": true, "description": "Keys of a node of a workflow file, and `parents`.",
  "properties": {"kind": {"type": "string"}, "user": {"type": "string"}, "host": {"type": "string"},
    "script": {"type": "string"}, "exec": {"type": "string"}, "label": {"type": "string"},
    "parents": {"type": "array", "items": {"type": "string"}}}},
"Event": {"type": "object", "required": ["seq", "utc_ns", "event"], "additionalProperties": true, "properties": {
  "seq": {"type": "integer", "minimum": 1}, "utc_ns": {"type": "integer"},
  "event": {"type": "string", "enum": ["begin", "attach", "submitted", "running", "progress", "ended", "retry", "held",
    "released", "reset", "cancel", "refused", "end"]},
  "node": {"type": "string"}, "attempt": {"type": "integer"}, "status": {"type": "string"}}},
"Events": {"type": "object", "required": ["events", "last_id"], "properties": {
  "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
  "last_id": {"type": "integer", "description": "`since` of the next call."}}},
"Examples": {"type": "object", "required": ["examples"], "properties": {"examples": {"type": "array", "items": {
  "type": "object", "required": ["name", "description"],
  "properties": {"name": {"type": "string"}, "description": {"type": "string"}}}}}},
"RunRequest": {"type": "object", "additionalProperties": false, "properties": {
  "jobs": {"type": "integer", "minimum": 1, "description": "At a time on this machine."},
  "dry_run": {"type": "boolean", "description": "Only say what would run."}}},
"Plan": {"type": "object", "required": ["plan"], "properties": {"plan": {"type": "array", "items": {"type": "object",
  "required": ["name", "site", "command"], "properties": {"name": {"type": "string"}, "site": {"type": "string"},
    "command": {"type": "string"}}}}}},
"Check": {"type": "object", "required": ["problems"], "properties": {"problems": {"type": "array", "items": {
  "type": "object", "required": ["line", "column", "message"], "properties": {"line": {"type": "integer"},
    "column": {"type": "integer"}, "message": {"type": "string"}}}}}},
"Explanation": {"type": "object", "required": ["text", "command"], "properties": {
  "text": {"type": "string"}, "command": {"type": "string"}}},
"Session": {"type": "object", "required": ["authenticated", "can_write", "version", "base_url"], "properties": {
  "authenticated": {"type": "boolean"}, "can_write": {"type": "boolean"}, "version": {"type": "string"},
  "base_url": {"type": "string"}}},
"Experiments": {"type": "object", "required": ["experiments"], "properties": {"experiments": {"type": "array", "items": {
  "type": "object", "required": ["name", "path", "total", "counts"], "properties": {"name": {"type": "string"},
    "path": {"type": "string"}, "total": {"type": "integer"},
    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    "problem": {"type": ["string", "null"], "description": "Why it cannot be read."}}}}}},
"Experiment": {"type": "object", "required": ["name", "parameters", "metrics", "rows"], "properties": {
  "name": {"type": "string"}, "parameters": {"type": "array", "items": {"type": "string"}},
  "metrics": {"type": "array", "items": {"type": "string"}}, "rows": {"type": "array", "items": {"type": "object",
    "required": ["name", "phase", "attempt", "values", "metrics", "run"], "properties": {"name": {"type": "string"},
      "phase": {"type": "string"}, "attempt": {"type": "integer"}, "values": {"type": "object"},
      "metrics": {"type": "object", "additionalProperties": {"type": "number"}}, "run": {"type": ["string", "null"]}}}}}},
"Runs": {"type": "object", "required": ["runs"], "properties": {"runs": {"type": "array", "items": {"type": "object",
  "required": ["name", "path", "benchmark", "status"], "properties": {"name": {"type": "string"}, "path": {"type": "string"},
    "benchmark": {"type": "string"}, "status": {"type": "string", "enum": ["valid", "invalid", "unreadable"]},
    "started_utc": {"type": ["string", "null"]}, "duration_s": {"type": ["number", "null"]},
    "metrics": {"type": "object", "additionalProperties": {"type": "number"}}}}}}},
"Run": {"type": "object", "required": ["name", "result", "epochs", "phases", "power", "host"], "properties": {
  "name": {"type": "string"}, "result": {"type": "object"}, "epochs": {"type": "array", "items": {"type": "object"}},
  "phases": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"},
    "start_s": {"type": "number"}, "duration_s": {"type": ["number", "null"]}}}},
  "power": {"type": "array", "items": {"type": "object", "properties": {"t_s": {"type": "number"},
    "device": {"type": "string"}, "power_w": {"type": "number"}}}},
  "host": {"type": ["object", "null"]}}},
"Leaderboards": {"type": "object", "required": ["leaderboards"], "properties": {"leaderboards": {"type": "array", "items": {
  "type": "object", "required": ["benchmark", "metric", "direction", "rows"], "properties": {"benchmark": {"type": "string"},
    "metric": {"type": "string"}, "direction": {"type": "string", "enum": ["higher", "lower"]},
    "rows": {"type": "array", "items": {"type": "object", "required": ["rank", "run", "value"], "properties": {
      "rank": {"type": "integer"}, "run": {"type": "string"}, "value": {"type": "number"},
      "baseline": {"type": ["number", "null"]}, "system": {"type": "string"}, "date": {"type": "string"}}}}}}}}},
"System": {"type": "object", "required": ["version", "host", "cpus", "load", "root", "pid", "rss", "clients"], "properties": {
  "version": {"type": "string"}, "host": {"type": "string"}, "cpus": {"type": "integer"},
  "load": {"type": "array", "items": {"type": "number"}}, "memory_total": {"type": ["integer", "null"]},
  "memory_available": {"type": ["integer", "null"]}, "root": {"type": "string"}, "disk_total": {"type": ["integer", "null"]},
  "disk_free": {"type": ["integer", "null"]}, "uptime_s": {"type": "number"}, "pid": {"type": "integer"},
  "rss": {"type": ["integer", "null"]}, "clients": {"type": "integer"}}}
})json";
}

}  // namespace sciwright::server
