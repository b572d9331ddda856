namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// The time that looking for keys may take of one collection, which always is enough for one step. Behind each step there is a rest as long as the step took, so that a server that
/// answers slowly is left alone the more.
/// </summary>
internal sealed class RedisScanTime(TimeProvider time, TimeSpan budget, CancellationToken cancellationToken)
{
    private readonly long _started = time.GetTimestamp();

    private bool _hasSpent;

    public bool IsOver => cancellationToken.IsCancellationRequested || (_hasSpent && time.GetElapsedTime(_started) >= budget);

    public void Spend(Action step)
    {
        var began = time.GetTimestamp();
        step();
        _hasSpent = true;
        var took = time.GetElapsedTime(began);
        if (!IsOver)
        {
            cancellationToken.WaitHandle.WaitOne(took);
        }
    }
}
