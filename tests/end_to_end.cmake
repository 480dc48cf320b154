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

hwnas_python_test("architecture: includes run one way" architecture/include_direction.py ${PROJECT_SOURCE_DIR})
foreach(test categories reward start studies)
  hwnas_python_test("end to end: ${test}" end_to_end/${test}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
endforeach()
if(HWNAS_TRAINER)
  hwnas_python_test("schema: schemas and parser agree" schema/agreement.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  foreach(test commands resume facts inheritance devices readme)
    hwnas_python_test("end to end: ${test}" end_to_end/${test}.py $<TARGET_FILE:hwnas> ${PROJECT_SOURCE_DIR})
  endforeach()
  hwnas_python_test("examples: the PyTorch network computes what the trainer's does" end_to_end/pytorch_forward.py
    $<TARGET_FILE:hwnas-trainer> ${PROJECT_SOURCE_DIR})
endif()
