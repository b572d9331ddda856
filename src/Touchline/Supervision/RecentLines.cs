namespace Touchline.Supervision;

/// <summary>The last lines that a process printed, bounded in number and length. Thread-safe.</summary>
internal sealed class RecentLines(int capacity, int maxLength)
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == capacity)
            {
                _lines.Dequeue();
            }
            _lines.Enqueue(line.Length <= maxLength ? line : string.Concat(line.AsSpan(0, maxLength), "…"));
        }
    }

    public IReadOnlyList<string> Read()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }
}
