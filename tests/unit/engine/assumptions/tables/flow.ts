/** Switches about the flow of one operation. The lines are those of filter-manager-core.md 9.1; the other reading is the one the switch's sentence tells. */
import { FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_READ } from '../../../../../src-main/nt/values.generated.ts';
import { makeRig } from '../../../../support/engine/rig.ts';
import { caseOf, ownVector, vector, type SwitchTable } from './switchCase.ts';

const model: SwitchTable = {
  'R-1.6': vector('CV-015', ['pre B W1 P => WITH_CB'], []),
  'R-1.8': vector('CV-005', ['post B T1 P st=SUCCESS/24 cc=NULL => FINISHED'], []),
  'R-1.12': vector('CV-169', ['ret f1 T1 SUCCESS'], ['ret f1 T1 PENDING']),
  'R-1.17': vector('CV-112', ['ret T1 SUCCESS', 'teardown A complete'], ['teardown A complete', 'ret T1 SUCCESS']),
  'R-1.18': vector('CV-001', ['post A T1 P st=SUCCESS/4096 cc=NULL => FINISHED', 'ret T1 SUCCESS'], ['ret T1 SUCCESS', 'post A T1 P st=SUCCESS/4096 cc=NULL => FINISHED']),
};

const pre: SwitchTable = {
  'R-2.8': ownVector(`
    stack: A@1
    do: A.pre = io ACCESS_DENIED/7; => DISALLOW_FASTIO
    op: FAST READ T1 P
  `, ['final: FLT_DISALLOW_FAST_IO/0'], ['final: FLT_DISALLOW_FAST_IO/7']),
  'R-2.20': vector('CV-120', ['final: SUCCESS/4096'], ['final: FLT_INTERNAL_ERROR/0']),
  'R-2.22': vector('CV-026', ['post A T1 P st=FLT_INTERNAL_ERROR/0 cc=NULL => FINISHED', 'final: FLT_INTERNAL_ERROR/0'], ['post A T1 P st=PENDING/0 cc=NULL => FINISHED', 'final: PENDING/0']),
  'R-2.25': ownVector(`
    stack: A@1
    reg: A pre
    do: A.pre = => PENDING
    do: A.thr = complete-pre WITH_CB
    op: IRP READ T1 P
    ev: run A.thr W1 P
    fsd: sync SUCCESS/4096
  `, ['bugcheck F5/66'], ['fsd W1 P', 'final: SUCCESS/4096']),
  'R-2.26': ownVector(`
    stack: A@1
    do: A.pre = ctx c1; => PENDING
    do: A.thr = complete-pre WITH_CB
    op: IRP READ T1 P
    ev: run A.thr W1 P
    fsd: sync SUCCESS/4096
  `, ['viol FV-004 A', 'post A W1 P st=SUCCESS/4096 cc=NULL => FINISHED'], ['viol FV-004 A', 'post A W1 P st=SUCCESS/4096 cc=c1 => FINISHED']),
  'R-2.28': ownVector(`
    stack: A@1
    do: A.pre = => SYNC
    op: IRP FILE_SYSTEM_CONTROL.FSCTL_REQUEST_OPLOCK T1 P
    ev: complete X1 D SUCCESS/0
    fsd: pend
  `, ['viol FV-013 A', 'post A X1 D st=SUCCESS/0 cc=NULL => FINISHED'], ['post A T1 P st=SUCCESS/0 cc=NULL => FINISHED']),
  'R-2.29': vector('CV-050', ['post A X1 D st=SUCCESS/0 cc=NULL => FINISHED'], ['post A T1 P st=SUCCESS/0 cc=NULL => FINISHED']),
  'R-2.31': vector('CV-047', ['final: FLT_DISALLOW_FSFILTER_IO/0'], ['final: 0xEFF10002/0']),
  'R-2.33': vector('CV-042', ['post B T1 P st=FLT_DISALLOW_FAST_IO/0 cc=NULL => FINISHED', 'post A T1 P st=FLT_DISALLOW_FAST_IO/0 cc=NULL => FINISHED'], []),
};

const post: SwitchTable = {
  'R-3.6': vector('CV-093', ['post A X1 P st=SUCCESS/64 cc=NULL => FINISHED'], ['post A X1 D st=SUCCESS/64 cc=NULL => FINISHED']),
  'R-3.7': vector('CV-064', ['post B T1 P st=SUCCESS/0 cc=NULL => FINISHED'], ['post B X1 D st=SUCCESS/0 cc=NULL => FINISHED']),
  'R-3.8': vector('CV-065', ['post A T1 P st=SUCCESS/1 cc=NULL => FINISHED'], ['post A X1 D st=SUCCESS/1 cc=NULL => FINISHED']),
  'R-3.9': vector('CV-102', ['post A W1 P st=ACCESS_DENIED/0 cc=NULL => FINISHED'], ['post A T1 P st=ACCESS_DENIED/0 cc=NULL => FINISHED']),
  'R-3.10': vector('CV-072', ['post A X2 P st=SUCCESS/4096 cc=NULL => FINISHED'], ['post A X1 D st=SUCCESS/4096 cc=NULL => FINISHED']),
  'R-3.13': vector('CV-093', ['post B W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=b1 fl=DRAINING => FINISHED'], ['post B W1 P st=SUCCESS/0 cc=b1 fl=DRAINING => FINISHED']),
  'R-3.18': ownVector(`
    stack: A@1
    do: A.post = => DISALLOW_FSF
    op: IRP READ T1 P
    fsd: sync SUCCESS/4096
  `, ['viol FV-007 A', 'final: SUCCESS/4096'], ['viol FV-007 A', 'final: FLT_DISALLOW_FAST_IO/0']),
  'R-3.20': ownVector(`
    stack: A@1
    do: A.post = io PENDING/0; => FINISHED
    op: IRP READ T1 P
    fsd: sync SUCCESS/4096
  `, ['viol FV-046 A'], []),
  'R-3.22': ownVector(`
    stack: A@1
    do: A.post = race-teardown; whensafe s; => RET
    op: IRP READ T1 P
    ev: complete X1 D SUCCESS/4096
    fsd: pend
  `, ['api A FltDoCompletionProcessingWhenSafe = FALSE/FINISHED'], ['api A FltDoCompletionProcessingWhenSafe = TRUE/MORE']),
};

const pending: SwitchTable = {
  'R-4.2': ownVector(`
    stack: A@1
    do: A.pre = => PENDING
    do: A.thr = complete-pre DISALLOW_FSF
    op: IRP READ T1 P
    ev: run A.thr W1 P
  `, ['viol FV-060 A', 'viol FV-018 A', 'final: PENDED'], ['viol FV-060 A', 'viol FV-007 A', 'final: FLT_INTERNAL_ERROR/0']),
  'R-4.6': vector('CV-109', ['pre B T1 P => WITH_CB', 'ret T1 SUCCESS'], ['pre B W1 P => WITH_CB', 'ret W1 SUCCESS']),
  'R-4.10': vector('CV-124', ['see B Read.Length=512'], ['see B Read.Length=4096']),
  'R-4.13': vector('CV-113', ['api A FltQueueDeferredIoWorkItem = FLT_NOT_SAFE_TO_POST_OPERATION'], ['api A FltQueueDeferredIoWorkItem = INVALID_PARAMETER']),
  'R-4.15': vector('CV-114', ['api A FltQueueDeferredIoWorkItem = INVALID_PARAMETER'], ['api A FltQueueDeferredIoWorkItem = FLT_NOT_SAFE_TO_POST_OPERATION']),
  'R-4.17': caseOf((settings) => {
    const rig = makeRig((one) => [{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, (data) => {
      one.call('FltQueueDeferredIoWorkItem', one.call('FltAllocateDeferredIoWorkItem'), data, () => undefined, 1, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, null]] } }], undefined, { assumptions: settings });
    rig.issue();
    rig.calls.length = 0;
    while (rig.engine.runNextWorkItem());
    return [rig.violationIds(), rig.calls];
  }, [['FV-067'], []], [['FV-067'], ['work A']]),
  'R-4.24': vector('CV-127', ['cbdq A acquire', 'cbdq A release'], []),
  'R-4.26': vector('CV-128', ['cbdq B canceled', 'api B FltCbdqInsertIo = SUCCESS'], ['api B FltCbdqInsertIo = CANCELLED']),
  'R-4.27': ownVector(`
    stack: A@1
    do: A.pre = cbdq-insert Q; => PENDING
    do: A.canceled = io CANCELLED/0; complete-pre COMPLETE
    op: IRP READ T1 P
    ev: cancel X1 P
  `, ['cbdq A release', 'cbdq A remove', 'cbdq A release', 'cbdq A canceled'], ['cbdq A release', 'cbdq A remove', 'cbdq A canceled', 'cbdq A release']),
  'R-4.28': ownVector(`
    stack: A@1
    do: A.pre = cbdq-insert Q; => WITH_CB
    do: A.thr = cbdq-next Q
    op: IRP READ T1 P
    ev: run A.thr W1 P
    fsd: pend
  `, ['viol FV-077 A', 'api A FltCbdqRemoveNextIo = NULL'], ['viol FV-077 A', 'api A FltCbdqRemoveNextIo = #1']),
  'R-4.30': vector('CV-137', ['api A FltSetCancelCompletion = INVALID_PARAMETER'], ['api A FltSetCancelCompletion = NOT_SUPPORTED']),
  'R-4.33': ownVector(`
    stack: A@1
    do: A.pre = set-cancel; => WITH_CB
    op: IRP READ T1 P
    ev: cancel X1 P
    fsd: pend
  `, ['viol FV-074 A', 'done X1 P CANCELLED/0'], ['viol FV-074 A', 'cancelcb A X1 P']),
};

const statusCallbacks: SwitchTable = {
  'R-5.5': vector('CV-152', ['api A FltRequestOperationStatusCallback = INVALID_PARAMETER'], ['api A FltRequestOperationStatusCallback = SUCCESS', 'scb A T1 P st=SUCCESS rc=r1']),
  'R-5.7': ownVector(`
    stack: A@1
    do: A.pre = race-teardown; statuscb r1 nullcb; => WITH_CB
    op: IRP READ T1 P
    fsd: sync SUCCESS/4096
  `, ['viol FV-083 A', 'api A FltRequestOperationStatusCallback = INVALID_PARAMETER'], ['api A FltRequestOperationStatusCallback = FLT_DELETING_OBJECT']),
  'R-5.11': vector('CV-147', ['see A Read.Length=512'], ['see A Read.Length=4096']),
  'R-5.12': vector('CV-165', ['scb A T1 P st=SUCCESS rc=r1'], ['scb A T1 P st=ACCESS_DENIED rc=r1']),
  'R-5.13': vector('CV-145', ['scb A T1 P st=SUCCESS rc=r1'], ['viol FV-085 A']),
  'R-5.14': vector('CV-163', ['scb A T1 P st=PENDING rc=r1'], ['scb A T1 P st=SUCCESS rc=r1']),
  'R-5.15': vector('CV-148', ['scb B T1 P st=PENDING rc=rb', 'scb A T1 P st=PENDING rc=ra'], ['scb A T1 P st=PENDING rc=ra', 'scb B T1 P st=PENDING rc=rb']),
  'R-5.17': vector('CV-158', ['viol FV-085 B'], ['scb B T1 P st=OPLOCK_NOT_GRANTED rc=r1']),
  'R-5.18': vector('CV-161', ['scb A W1 P st=PENDING rc=r1'], ['scb A T1 P st=PENDING rc=r1']),
  'R-5.19': vector('CV-167', ['ret f1 T1 PENDING', 'scb A T1 P st=PENDING rc=ra'], ['scb A T1 P st=PENDING rc=ra', 'ret f1 T1 PENDING']),
  'R-5.20': vector('CV-170', ['see A FltObjects.FileObject=fo1'], ['see A FltObjects.FileObject=fo9']),
  'R-5.21': vector('CV-171', ['scb A W2 P st=SUCCESS rc=r1', 'teardown A complete'], ['teardown A complete']),
};

const callbackData: SwitchTable = {
  'R-6.8': ownVector(`
    stack: A@2 B@1
    do: A.pre = set Read.Length=512; set MajorFunction=WRITE; dirty; => WITH_CB
    do: B.pre = get Read.Length; => WITH_CB
    op: IRP READ T1 P
    fsd: sync SUCCESS/512
  `, ['viol FV-022 A', 'see B Read.Length=512'], ['viol FV-022 A', 'see B Read.Length=4096']),
  'R-6.12': vector('CV-174', ['see B Read.Length=4096'], ['see B Read.Length=512']),
  'R-6.19': vector('CV-196', ['see A Read.MdlAddress=NULL', 'see A Read.MdlAddress=lk_ubuf'], ['see A Read.MdlAddress=NULL', 'see A Read.MdlAddress=NULL']),
  'R-6.20': ownVector(`
    stack: A@1
    do: A.pre = set Read.ReadBuffer=nbuf; set Read.MdlAddress=nmdl; dirty; => WITH_CB
    do: A.post = => MORE
    do: A.thr = complete-post
    op: IRP READ T1 P
    ev: run A.thr W1 P
    fsd: sync SUCCESS/4096
  `, ['api A FltCompletePendedPostOperation = void', 'freemdl A nmdl'], ['freemdl A nmdl', 'api A FltCompletePendedPostOperation = void']),
  'R-6.23': vector('CV-181', ['final: SUCCESS/4096'], ['final: FLT_INTERNAL_ERROR/0']),
  'R-6.28': vector('CV-060', ['see B IoStatus=SUCCESS/0'], ['see B IoStatus=ACCESS_DENIED/0']),
  'R-7.1': vector('CV-205', ['api A FltGetStreamContext = REFUSED'], ['api A FltGetStreamContext = SUCCESS']),
};

export const flowSwitches: SwitchTable = { ...model, ...pre, ...post, ...pending, ...statusCallbacks, ...callbackData };
