using System.Diagnostics;

namespace Touchline.EndToEnd.Running;

/// <summary>What a process prints, line by line. Thread-safe.</summary>
internal sealed class OutputLines
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public string Text => string.Join('\n', All);

    public void Add(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null)
        {
            return;
        }
        lock (_lock)
        {
            _lines.Add(e.Data);
        }
    }
}
