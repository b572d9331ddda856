namespace Touchline.RemoteWrite.Decoding;

/// <summary>Labels of a series as they lie in a message: hashed as they are, decoded only where the series is not known.</summary>
internal interface IEncodedLabels
{
    UInt128 Hash();

    void AddTo(LabelList labels);
}
