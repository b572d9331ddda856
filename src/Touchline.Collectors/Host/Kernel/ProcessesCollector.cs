using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Processes and threads by state, from /proc/PID. Costs a file for each process and thread, and so is off by default.</summary>
internal sealed class ProcessesCollector(HostOptions options) : NodeCollector("processes")
{
    // Behind the name of the process, which may hold anything and ends with the last parenthesis: state, 16 others, threads.
    private const int FieldsBetween = 16;

    private readonly FileReader _reader = new();
    private readonly string _threadLimitPath = Path.Combine(options.ProcPath, "sys/kernel/threads-max");
    private readonly string _processLimitPath = Path.Combine(options.ProcPath, "sys/kernel/pid_max");
    private readonly SortedDictionary<char, int> _processStates = [];
    private readonly SortedDictionary<char, int> _threadStates = [];

    public override void Collect(IMetricWriter writer)
    {
        _processStates.Clear();
        _threadStates.Clear();
        var (processes, threads) = (0, 0);
        foreach (var folder in Numbered(options.ProcPath))
        {
            if (TryRead(folder, out var state, out var count))
            {
                processes++;
                threads += count;
                Count(_processStates, state);
                CountThreads(folder, state, count);
            }
        }
        writer.Gauge("node_processes_max_processes", "Number of max PIDs limit", ByteText.Number(_reader.Read(_processLimitPath)));
        writer.Gauge("node_processes_max_threads", "Limit of threads in the system", ByteText.Number(_reader.Read(_threadLimitPath)));
        writer.Gauge("node_processes_pids", "Number of PIDs", processes);
        Write(writer, "node_processes_state", "Number of processes in each state.", "state", _processStates);
        writer.Gauge("node_processes_threads", "Allocated threads in system", threads);
        Write(writer, "node_processes_threads_state", "Number of threads in each state.", "thread_state", _threadStates);
    }

    private static void Write(IMetricWriter writer, string name, string help, string label, SortedDictionary<char, int> states)
    {
        writer.Family(name, MetricType.Gauge, help);
        foreach (var (state, count) in states)
        {
            writer.Sample(count, label, state.ToString());
        }
    }

    private void CountThreads(string folder, char state, int count)
    {
        if (count == 1)
        {
            Count(_threadStates, state);
            return;
        }
        try
        {
            foreach (var thread in Numbered(Path.Combine(folder, "task")))
            {
                if (TryRead(thread, out var threadState, out _))
                {
                    Count(_threadStates, threadState);
                }
            }
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return;
        }
    }

    private static IEnumerable<string> Numbered(string folder) =>
        Directory.EnumerateDirectories(folder).Where(path => char.IsAsciiDigit(path[path.LastIndexOf('/') + 1]));

    private static void Count(SortedDictionary<char, int> states, char state) => states[state] = states.GetValueOrDefault(state) + 1;

    /// <summary>False where it has ended meanwhile.</summary>
    private bool TryRead(string folder, out char state, out int threads)
    {
        (state, threads) = (' ', 0);
        if (!_reader.TryRead(Path.Combine(folder, "stat"), out var text) || text.LastIndexOf((byte)')') is not (var end and > 0))
        {
            return false;
        }
        var fields = new ByteText(text[(end + 1)..]);
        if (!fields.TryField(out var letter))
        {
            return false;
        }
        state = (char)letter[0];
        for (var i = 0; i < FieldsBetween; i++)
        {
            fields.TryField(out _);
        }
        threads = (int)fields.Number();
        return true;
    }
}
