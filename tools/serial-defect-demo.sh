# What tools/demo --serial-defect does once broker and gateway run: sourced by it, uses its variables and functions.
# shellcheck shell=bash disable=SC2154

# rows_of STORE TABLE: the table's rows, sorted, so that two stores can be compared.
rows_of() {
  "$bin/stedi-lakehouse" --store "$1" --keys "$keys" query "SELECT * FROM $2" --format csv | sort
}
count_of() {
  "$bin/stedi-lakehouse" --store "$1" --keys "$keys" query "SELECT COUNT(*) FROM $2" --format csv | tail -n 1
}
show_step_reasons() {
  "${lakehouse[@]}" validate --profile strict --json >"$work/strict.json"
  python3 - "$work/strict.json" <<'PYTHON'
import json, sys
for row in json.load(open(sys.argv[1]))["reconciliation"]:
    if row["zone"] == "strict" and row["stream"] == "step_trainer":
        print(f"    {row['reason']:<20} {row['rows']:>9,}")
PYTHON
}
play_folder() {
  local played=0
  "$bin/stedi-device" replay "$1" --broker "$broker" --spool "$2" >"$work/device.out" || played=$?
  [[ $played -eq 0 ]] || die "$played" "the devices failed with status $played"
  say "$(<"$work/device.out")"
}

demonstrate_serial_defect() {
  local seed=$data tables=(step_trainer_trusted machine_learning_curated) table wrong=0
  stage="making the defect"
  step "The fulfilment defect: all customers have one of the same 30 serials"
  if [[ -z $seed ]]; then
    seed=$work/twin
    "$bin/stedi-device" simulate config/scenarios/twin.toml --dry-run "$seed" >/dev/null
  fi
  tools/serial-defect "$seed" "$work"
  "$bin/stedi-lakehouse" --store "$work/undamaged" --keys "$keys" import "$seed" >"$work/import.txt"
  "$bin/stedi-lakehouse" --store "$work/undamaged" --keys "$keys" run >"$work/run-undamaged.txt"
  say "the same data without the defect, for comparison: $work/undamaged"

  stage="playing the devices"
  play_folder "$work/defect" "$spool"
  stage="running the jobs"
  "${lakehouse[@]}" run >"$work/run-strict.txt"
  step "Before pairing: nobody knows whose readings they are, so none is trusted"
  show_step_reasons
  [[ $(count_of "$store" step_trainer_trusted) == 0 ]] || die 3 "a reading is trusted although its owner is unknown"

  stage="playing the pairings"
  step "Pairings arrive over MQTT, from the website"
  play_folder "$work/pairing" "$spool-pairing"
  stage="running the jobs"
  "${lakehouse[@]}" run >"$work/run-strict.txt"
  step "After pairing: exactly the rows of the data without the defect"
  show_step_reasons
  for table in "${tables[@]}"; do
    if cmp -s <(rows_of "$work/undamaged" "$table") <(rows_of "$store" "$table"); then
      say "$(printf '%-26s %9s rows, identical' "$table" "$(count_of "$store" "$table")")"
    else
      say "$table differs"
      wrong=3
    fi
  done
  result=$wrong
}
