# Tests of the programs as a user runs them, in Python's standard library.
find_package(Python3 COMPONENTS Interpreter)
if(NOT Python3_FOUND)
  message(WARNING "no Python 3: the end-to-end tests are left out")
  return()
endif()

function(hwnas_python_test name script)
  add_test(NAME "${name}" COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN})
  set_tests_properties("${name}" PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED: " TIMEOUT 600)
endfunction()

foreach(test start prior studies workers)
  hwnas_python_test("end to end: ${test}" end_to_end/${test}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
endforeach()
# What has no threads has no races.
set(tests_on_made_data bench-search)
if(NOT HWNAS_SANITIZE MATCHES "thread")
  list(APPEND tests_on_made_data import-table optimum)
  hwnas_python_test("end to end: categories" end_to_end/categories.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
endif()
foreach(test ${tests_on_made_data})
  string(REPLACE "-" "_" script ${test})
  hwnas_python_test("end to end: ${test}, made data" end_to_end/${script}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR} made)
endforeach()
# What a sanitizer adds of memory and of time is not the search's; the code that published data go through is that of made ones.
if(NOT HWNAS_SANITIZE)
  hwnas_python_test("architecture: includes run one way" architecture/include_direction.py ${PROJECT_SOURCE_DIR})
  hwnas_python_test("architecture: what is said to have no threads has none" architecture/threadless_folders.py
    ${PROJECT_SOURCE_DIR} ${hwnas_folders_without_threads}
    --search-tests-with-threads ${hwnas_search_tests_with_threads})
  hwnas_python_test("documents: what programs write is up to date" architecture/written_documents.py
    $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  foreach(test import-table optimum bench-search)
    string(REPLACE "-" "_" script ${test})
    hwnas_python_test("end to end: ${test}, published data" end_to_end/${script}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR}
      published)
  endforeach()
  hwnas_python_test("documents: torchvision has what is told of it" end_to_end/reference_counts.py ${PROJECT_SOURCE_DIR})
  hwnas_python_test("end to end: reward" end_to_end/reward.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  hwnas_python_test("end to end: endurance" end_to_end/endurance.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  hwnas_python_test("end to end: remote_board" end_to_end/remote_board.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  hwnas_python_test("end to end: replay" end_to_end/replay.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  # Runs nothing of C++.
  hwnas_python_test("end to end: web_runner" end_to_end/web_runner.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  set(groups choice-table table halving command)
  if(HWNAS_TRAINER)
    list(APPEND groups networks trainings)
  endif()
  foreach(group ${groups})
    hwnas_python_test("end to end: kills, ${group}" end_to_end/kills.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR} ${group})
  endforeach()
endif()
if(HWNAS_TRAINER)
  hwnas_python_test("schema: schemas and parser agree" schema/agreement.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  foreach(test commands bench_proxy proxy_study early_stopping zero_cost compare facts measured_by mixed_space inheritance devices modelled_devices foreign_trainer readme imported_widths torchvision_networks interchange)
    hwnas_python_test("end to end: ${test}" end_to_end/${test}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  endforeach()
  hwnas_python_test("trainer: zero-cost proxies are what their formulas give" end_to_end/zero_cost_definitions.py
    $<TARGET_FILE:hwnas-trainer> ${PROJECT_SOURCE_DIR})
  hwnas_python_test("trainer: data sets that NumPy writes" end_to_end/numpy_files.py $<TARGET_FILE:hwnas-trainer> ${PROJECT_SOURCE_DIR})
  hwnas_python_test("examples: the PyTorch network computes what the trainer's does" end_to_end/pytorch_forward.py
    $<TARGET_FILE:hwnas-trainer> ${PROJECT_SOURCE_DIR})
endif()

# The longest begin first, or the last of them would run alone.
foreach(longest "readme" "kills, trainings" "kills, networks" "kills, command" "devices" "torchvision_networks" "web_runner")
  if(TEST "end to end: ${longest}")
    set_tests_properties("end to end: ${longest}" PROPERTIES COST 100)
  endif()
endforeach()
