namespace Touchline.RemoteWrite.Sending;

/// <summary>What is sent, as the figures tell it apart.</summary>
public enum SampleKind
{
    Sample,
    Exemplar,
    Histogram,
}
