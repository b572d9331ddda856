using System.Diagnostics;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Holds a thread of background work to a share of one core: after a slice of work it rests until the share is right again. The clock is
/// the machine's own, because it is the machine that is spared.
/// </summary>
internal sealed class WorkThrottle(double share, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    private long _workStarted = Stopwatch.GetTimestamp();

    /// <summary>To be called between small pieces of work.</summary>
    /// <exception cref="OperationCanceledException">The work is to be given up.</exception>
    public void Breathe()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (share >= 1 || Stopwatch.GetElapsedTime(_workStarted) is var worked && worked < Slice)
        {
            return;
        }
        cancellationToken.WaitHandle.WaitOne(worked * ((1 / share) - 1));
        cancellationToken.ThrowIfCancellationRequested();
        _workStarted = Stopwatch.GetTimestamp();
    }
}
