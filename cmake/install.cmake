# Where Debian would put things. The program looks for the trainer beside itself
# and in ../libexec/hwnas, for configs in ../share/hwnas/configs.
install(TARGETS hwnas RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(HWNAS_TRAINER)
  install(TARGETS hwnas-trainer RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/hwnas)
endif()
install(TARGETS hwnas-onnxruntime RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/hwnas)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runners/web DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/hwnas/runners)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION ${CMAKE_INSTALL_DATADIR}/hwnas
  FILES_MATCHING PATTERN "*.json")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
foreach(document README.md CONTRIBUTING.md LICENSE)
  install(FILES ${PROJECT_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
endforeach()
