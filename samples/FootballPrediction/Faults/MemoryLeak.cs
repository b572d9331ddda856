namespace FootballPrediction.Faults;

/// <summary>Loses memory while the fault "leak" is on, and gives all of it back when it is switched off.</summary>
internal sealed class MemoryLeak(FaultBoard faults, TimeProvider time) : BackgroundService
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>A lesson, not an attack on the machine.</summary>
    private const int MostMebibytes = 512;

    private readonly List<byte[]> _lost = [];

    public int LostMebibytes => _lost.Count;

    /// <summary>What happens each second.</summary>
    public void Step()
    {
        if (faults.LeakMebibytesPerSecond is not { } rate)
        {
            if (_lost.Count > 0)
            {
                _lost.Clear();
                _lost.TrimExcess();
            }

            return;
        }

        for (int i = 0; i < Math.Ceiling(rate) && _lost.Count < MostMebibytes; i++)
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(Mebibyte);

            // Memory that was never written to does not count as used.
            block.AsSpan().Fill(0xAB);
            _lost.Add(block);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Step();
        }
    }
}
