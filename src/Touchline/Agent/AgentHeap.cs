using System.Runtime.InteropServices;
using Touchline.RemoteWrite.Sending.Passing;

namespace Touchline.Agent;

/// <summary>Keeps the heaps of an agent small.</summary>
internal sealed class AgentHeap(PassingStore store, TimeProvider time)
{
    /// <summary>Walking this much and giving back its pages takes tens of milliseconds; more is left to the collector's own judgement.</summary>
    private const long MostToWalk = 64 * 1024 * 1024;

    /// <summary>Prometheus's figure for series that an agent has no sample of any more.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(2);

    public void Trim()
    {
        store.ForgetBefore((time.GetUtcNow() - ForgetAfter).ToUnixTimeMilliseconds());
        if (GC.GetTotalMemory(forceFullCollection: false) < MostToWalk)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        try
        {
            _ = TrimNative(keep: 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return; // Another C library keeps less, or cannot be asked.
        }
    }

    /// <summary>Gives back what the C library keeps of memory that was freed; the runtime frees megabytes of it once it has loaded code.</summary>
    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimNative(nuint keep);
}
