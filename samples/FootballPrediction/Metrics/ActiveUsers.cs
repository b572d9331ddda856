using System.Collections.Concurrent;

namespace FootballPrediction.Metrics;

/// <summary>Counts the different users of the last five minutes. Bounded: whoever comes after the limit is not counted.</summary>
internal sealed class ActiveUsers(TimeProvider time)
{
    public const string Header = "X-User-Id";

    private const int MostUsers = 10_000;
    private const int LongestId = 128;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastSeen = new();

    public void Saw(string? user)
    {
        if (string.IsNullOrWhiteSpace(user) || user.Length > LongestId)
        {
            return;
        }

        if (_lastSeen.ContainsKey(user) || _lastSeen.Count < MostUsers)
        {
            _lastSeen[user] = time.GetUtcNow();
        }
    }

    public int Count()
    {
        DateTimeOffset oldest = time.GetUtcNow() - Window;
        foreach (KeyValuePair<string, DateTimeOffset> user in _lastSeen)
        {
            if (user.Value < oldest)
            {
                _lastSeen.TryRemove(user);
            }
        }

        return _lastSeen.Count;
    }
}
