using System.Runtime.InteropServices;
using Touchline.RemoteWrite.Sending.Passing;

namespace Touchline.Agent;

/// <summary>Keeps the heaps of an agent small.</summary>
internal sealed class AgentHeap(PassingStore store, TimeProvider time)
{
    /// <summary>Prometheus's figure for series that an agent has no sample of any more.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(2);

    public void Trim()
    {
        store.ForgetBefore((time.GetUtcNow() - ForgetAfter).ToUnixTimeMilliseconds());
        // A few megabytes are walked in a few milliseconds, and their pages given back.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
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
