; "Open with" for traces: an entry in OpenWithProgids leaves the default program alone.
!macro customInstall
  WriteRegStr SHELL_CONTEXT "Software\Classes\FltReplay.Trace" "" "Process Monitor log"
  WriteRegStr SHELL_CONTEXT "Software\Classes\FltReplay.Trace\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  WriteRegStr SHELL_CONTEXT "Software\Classes\.pml\OpenWithProgids" "FltReplay.Trace" ""
!macroend

!macro customUnInstall
  DeleteRegKey SHELL_CONTEXT "Software\Classes\FltReplay.Trace"
  DeleteRegValue SHELL_CONTEXT "Software\Classes\.pml\OpenWithProgids" "FltReplay.Trace"
!macroend
