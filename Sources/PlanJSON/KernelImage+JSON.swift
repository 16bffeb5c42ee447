import KexecPlan

extension KernelImage: PlanCoded {
    var json: JSONValue {
        .line([
            "text_offset": .hex(textOffset), "image_size": .hex(imageSize),
            "page_size": .string(pageSize.rawValue), "placement": .string(placement.rawValue),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            textOffset: try field.member("text_offset").hex(),
            imageSize: try field.member("image_size").hex(),
            pageSize: try field.member("page_size").word(),
            placement: try field.member("placement").word())
    }
}
