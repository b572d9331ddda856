namespace FootballPrediction.Metrics;

/// <summary>Looks at the host every few seconds.</summary>
internal sealed class HostUsageSampler(ServiceMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HostUsage host = new();
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            metrics.Guard(() => metrics.HostMeasured(host.CpuPercent(), host.MemoryPercent()));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
