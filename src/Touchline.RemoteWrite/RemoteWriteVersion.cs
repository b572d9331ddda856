namespace Touchline.RemoteWrite;

/// <summary>The message that a body holds, as its content type names it.</summary>
public enum RemoteWriteVersion
{
    /// <summary><c>prometheus.WriteRequest</c>: every series carries its labels as text.</summary>
    One,

    /// <summary><c>io.prometheus.write.v2.Request</c>: labels are numbers into a table of symbols.</summary>
    Two,
}
