namespace FootballPrediction.Load;

/// <summary>
/// All users together: requests come at random moments around a mean rate that swells and ebbs, from users who come and
/// go. Bounded: while enough requests are under way, new ones are left out rather than queued.
/// </summary>
internal sealed class Crowd(LoadOptions options, HttpClient client, TextWriter output, TimeProvider time)
{
    private const int MostUnderWay = 32;

    /// <summary>While nobody answers, one request in this time finds out when somebody does again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The rate swings by half around its mean once in this time, so that graphs have a shape.</summary>
    private static readonly TimeSpan Swell = TimeSpan.FromMinutes(6);

    /// <summary>How long it takes until other users are around.</summary>
    private static readonly TimeSpan Turnover = TimeSpan.FromMinutes(10);

    private readonly Random _random = options.Seed is { } seed ? new Random(seed) : new Random();
    private readonly User[] _users = [.. Enumerable.Range(1, options.Users).Select(number => new User($"user-{number:0000}", client))];
    private readonly Lock _gate = new();
    private int _underWay;
    private long _answers;
    private long _serverErrors;
    private bool? _reachable;

    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Ends soon after it is cancelled, without an exception.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        await output.WriteLineAsync($"{options.Users} users ask {options.Target} about {options.Rate} times a second");
        try
        {
            while (true)
            {
                TimeSpan elapsed = time.GetElapsedTime(start);
                double swing = 1 + (0.5 * Math.Sin(2 * Math.PI * (elapsed / Swell)));
                TimeSpan pause = TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / (options.Rate * swing));
                await Task.Delay(_reachable == false ? RetryAfter : pause, time, cancellationToken);

                // Each request gets randomness of its own: users act at the same time.
                User user = _users[Around(elapsed)];
                int luck = _random.Next();
                if (Volatile.Read(ref _underWay) < MostUnderWay)
                {
                    Interlocked.Increment(ref _underWay);
                    _ = ActAsync(user, new Random(luck), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync($"stopped after {Answers} answers, {Interlocked.Read(ref _serverErrors)} of them server errors");
        }
    }

    /// <summary>A half of the users, which moves on round the list.</summary>
    private int Around(TimeSpan elapsed)
    {
        int first = (int)(elapsed / Turnover * _users.Length);
        int present = Math.Max(1, (_users.Length + 1) / 2);
        return (first + _random.Next(present)) % _users.Length;
    }

    private async Task ActAsync(User user, Random luck, CancellationToken cancellationToken)
    {
        try
        {
            int status = await user.ActAsync(luck, cancellationToken);
            Interlocked.Increment(ref _answers);
            if (status >= 500)
            {
                Interlocked.Increment(ref _serverErrors);
            }

            Note(reachable: true, "the service answers");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            Note(reachable: false, $"the service cannot be reached: {error.Message}");
        }
        catch (OperationCanceledException)
        {
            // Either the end, or an answer that took longer than a user waits.
            if (!cancellationToken.IsCancellationRequested)
            {
                Note(reachable: false, "the service did not answer in time");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>Only changes are worth a line.</summary>
    private void Note(bool reachable, string what)
    {
        lock (_gate)
        {
            if (_reachable != reachable)
            {
                _reachable = reachable;
                output.WriteLine(what);
            }
        }
    }
}
